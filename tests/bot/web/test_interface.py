"""gradio as the page imports it: in a process of its own, whose opened files are watched."""

import json
import subprocess
import sys

WATCHED = """
import inspect, json, sys
opened, of = [], inspect.getfile
sys.addaudithook(lambda event, given: event == "open" and opened.append(str(given[0])))
import bot.web.interface
import gradio.analytics, huggingface_hub.constants
print(json.dumps({
    "stubs": [name for name in opened if name.endswith(".pyi")],
    "offline": huggingface_hub.constants.HF_HUB_OFFLINE,
    "analytics": gradio.analytics.analytics_enabled(),
    "restored": inspect.getfile is of,
}))
"""


def test_importing_gradio_keeps_it_from_the_network_and_from_its_stubs():
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found == {"stubs": [], "offline": True, "analytics": False, "restored": True}
