"""The import contracts stand in pyproject.toml. They do not see app.py, which is no package."""

import ast
import sys

from conftest import ROOT

OURS = {"bot", "index"}
LIBRARIES = {"fastapi", "starlette", "uvicorn"}


def test_the_app_imports_its_web_libraries_and_no_others():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert imported - OURS - sys.stdlib_module_names == LIBRARIES
