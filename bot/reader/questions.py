"""The embedder that a bot asks with: the index's, tuned for questions. Owns questions.npz.

The bundled model was made to compare texts by one vector each, not token by token. Changes of low
rank to its layers, which bot/reader/tune.py trains, bring the tokens of a question nearer to those
of the sentences that answer it. Passages are encoded as before: no index has to be made anew.
"""

from pathlib import Path

from index.embed import SentenceEmbedder, load_embedder
from index.settings import BUNDLED

TUNING = Path(__file__).with_name("questions.npz")


def asking_embedder(name: str, models: Path, device: str = "auto") -> SentenceEmbedder:
    """As `load_embedder`; the bundled one with its tuning. Raises what that raises."""
    return load_embedder(name, models, device, TUNING if name == BUNDLED else None)
