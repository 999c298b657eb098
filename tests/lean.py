"""
Leave out what takes a second and more to import and no test uses, in this process.

`run.py` loads it before the plugins of pytest (`-p tests.lean`); `python -m tests.lean MODULE ...` runs a module so.
"""

import runpy
import sys

# jsonschema makes 38 parsers of IRIs when it is imported; it does without where they are not installed.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # so is a module marked that is not there

if __name__ == "__main__":
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
