# Two commands: `make demo` shows the whole system at work, `make test` proves it. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
CATALOGUE := src/jium/locale/ko/LC_MESSAGES/django

DEMO_PACKAGES := chromium bubblewrap libseccomp2 fonts-noto-cjk fonts-nanum gettext
TEST_PACKAGES := $(DEMO_PACKAGES) postgresql poppler-utils

# Photographs, wallpapers and clip art, about 430 MB; unpacked for the benches, never installed.
BENCH_PICTURES := kphotoalbum lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 lxqt-themes mate-backgrounds opencv-doc \
	openclipart-png plasma-workspace-wallpapers python3-skimage python3-sklearn scratch tuxpaint-stamps-default

# Packages of the npm registry with photographs of people: strangers to compare faces with.
FACE_PICTURES := @tabler/preview@1.2.0 material-kit@2.0.4 paper-kit-2@2.1.0 now-ui-kit@1.3.0 admin-lte@3.2.0 \
	@creative-tim-official/argon-dashboard-free@1.2.0 material-dashboard@3.1.0 soft-ui-dashboard@1.0.1 blk-design-system@1.0.2

.PHONY: demo up fmt test check soak audit bench bench-images bench-index bench-video bench-faces bench-forensics calibrate calibrate-faces calibrate-forensics pictures clean setup-demo setup-test setup-bench

demo: setup-demo
	@$(BIN)/jium demo $(if $(PORT),--port $(PORT))

up: setup-demo
	@$(BIN)/jium up $(if $(PORT),--port $(PORT))

fmt: .venv/dev.stamp
	$(BIN)/ruff check --fix src tests
	$(BIN)/ruff format src tests

test: setup-test check
	$(BIN)/pytest

check: .venv/dev.stamp
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	JIUM_DATA=.mypy_cache/no-installation $(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: setup-test
	$(BIN)/pytest -m soak --numprocesses=0 --timeout=3600
	for round in 1 2 3 4 5; do $(BIN)/pytest -m hypothesis --hypothesis-profile=fuzz || exit 1; done
	@$(MAKE) audit

# Asks the advisory database, on the internet, about every package of an installation.
audit:
	@test -x .work/audit/bin/pip-audit || { $(PYTHON) -m venv .work/audit && .work/audit/bin/pip install --quiet pip-audit==2.10.1; }
	.work/audit/bin/pip-audit --requirement requirements/run.lock --require-hashes --disable-pip --strict

bench: setup-test
	$(BIN)/jium bench pdq
	$(BIN)/jium bench e2e

bench-images: setup-bench
	@setup/media.sh .work/media $(BENCH_PICTURES)
	JIUM_BENCH_MEDIA=.work/media $(BIN)/jium bench images

bench-index: setup-bench
	$(BIN)/jium bench index

bench-video: setup-bench
	@setup/media.sh .work/media $(BENCH_PICTURES)
	JIUM_BENCH_MEDIA=.work/media $(BIN)/jium bench video

calibrate: setup-bench
	@setup/media.sh .work/media $(BENCH_PICTURES)
	JIUM_BENCH_MEDIA=.work/media $(BIN)/jium bench calibrate

bench-faces: setup-bench
	@setup/faces.sh .work/faces $(FACE_PICTURES)
	JIUM_BENCH_STRANGERS=.work/faces $(BIN)/jium bench faces

calibrate-forensics: setup-bench
	@setup/media.sh .work/media $(BENCH_PICTURES)
	@setup/faces.sh .work/faces $(FACE_PICTURES)
	JIUM_BENCH_MEDIA=.work/media JIUM_BENCH_STRANGERS=.work/faces $(BIN)/jium bench calibrate-forensics

bench-forensics: setup-bench
	$(BIN)/jium bench forensics

calibrate-faces: setup-bench
	@setup/faces.sh .work/faces $(FACE_PICTURES)
	JIUM_BENCH_STRANGERS=.work/faces $(BIN)/jium bench calibrate-faces

# Every page, in both languages, light and dark, on a desk and on a phone, into docs/pages.
pictures: setup-test
	$(BIN)/python -m tests.web.pictures

clean:
	rm -rf .venv build dist $(CATALOGUE).mo

setup-bench: setup-test .venv/bench.stamp

setup-demo: .venv/run.stamp $(CATALOGUE).mo
	@setup/debian.sh $(DEMO_PACKAGES)

setup-test: .venv/dev.stamp $(CATALOGUE).mo
	@setup/debian.sh $(TEST_PACKAGES)

$(CATALOGUE).mo: $(CATALOGUE).po
	@setup/debian.sh gettext
	msgfmt --check -o $@ $<

.venv/run.stamp: requirements/run.lock pyproject.toml
	@setup/python.sh $(PYTHON) requirements/run.lock
	@touch $@

.venv/dev.stamp: requirements/dev.lock pyproject.toml
	@setup/python.sh $(PYTHON) requirements/dev.lock
	@touch $@ .venv/run.stamp

.venv/bench.stamp: requirements/bench.lock pyproject.toml
	@setup/python.sh $(PYTHON) requirements/bench.lock
	@touch $@
