import sys

from jium.cli.main import main

sys.exit(main())
