"""United States: the removal request of the TAKE IT DOWN Act, made by an authorised body."""

from jium.notices.regimes import Regime

REGIME = Regime(
    name="us_take_it_down",
    title="TAKE IT DOWN Act, 47 U.S.C. 223a",
    languages=("en", "ko"),
    elements=(
        "number",
        "recipient",
        "institution",
        "standing",
        "signature",
        "location",
        "time_seen",
        "evidence",
        "mandate",
        "contact",
    ),
    cites=("47 U.S.C. 223a(a)(1)(B)", "47 U.S.C. 223a(a)(3)"),
    deadline_hours=48,
    signed_by_person=True,
)
