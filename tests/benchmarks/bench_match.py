"""What the matcher costs: speed, delay, load time and memory, from 10 to 10,000 articles.

`python tests/benchmarks/bench_match.py [core|semantic] [--large]` prints one line for each size:
the curve of cost, in processor time of one core. The FAQs are made up, always the same.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = ((10, 10), (50, 10), (150, 10), (400, 10), (1_000, 5))
LARGE = (10_000, 5)
QUESTIONS = 300
TOGETHER = 64
"""So many lines `helpdesk faq match` ranks at once where they wait."""


def make(folder: Path, articles: int, wordings: int) -> list[str]:
    """Write the articles; returns questions that are near to them, some with slips."""
    from helpdesk.faq.lexicon import lexicon

    dice = random.Random(articles)
    words = [word for word, rank in lexicon().ranks.items() if rank < 6_000 and len(word) > 2]
    questions = []
    for number in range(articles):
        topic = dice.sample(words, 4)
        lines = [f"how do I {' '.join(dice.sample(topic, 3))} {dice.choice(words)}" for _ in range(wordings)]
        listed = "".join(f"  - {line}\n" for line in lines)
        text = f"---\ntitle: {' '.join(topic)}\nalternatives:\n{listed}---\nAnswer {number}.\n"
        (folder / f"a{number}.md").write_text(text)
        questions.append(f"please {' '.join(dice.sample(topic, 3))} for my {dice.choice(words)}")
    dice.shuffle(questions)
    chosen = (questions * (2 * QUESTIONS // len(questions) + 1))[: 2 * QUESTIONS]
    return [_slip(question, dice) if dice.random() < 0.3 else question for question in chosen]


def _slip(text: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def measure(articles: int, wordings: int, engine: str) -> None:
    """One size, in a process of its own so that its memory is its own; prints one line."""
    from helpdesk.faq.library import Library
    from helpdesk.faq.matcher import rank, rank_all
    from helpdesk.heap import give_back_large

    give_back_large()  # as the commands do
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        questions = make(folder, articles, wordings)
        began = time.process_time()
        library = Library.load(folder, engine=engine, cache=folder / "vectors")
        loaded = time.process_time() - began
    rank(library, "warm up")
    delays = []
    for question in questions[:QUESTIONS]:
        began = time.process_time()
        rank(library, question)
        delays.append(time.process_time() - began)
    delays.sort()
    began = time.process_time()
    for start in range(QUESTIONS, len(questions), TOGETHER):
        rank_all(library, questions[start : start + TOGETHER])
    together = (len(questions) - QUESTIONS) / (time.process_time() - began)
    middle, late = delays[len(delays) // 2], delays[int(len(delays) * 0.95)]
    print(
        f"{articles:6d} × {wordings:2d}  load {loaded:6.2f} s  {len(delays) / sum(delays):6.0f} questions/s, "
        f"{together:6.0f} where {TOGETHER} wait  "
        f"p50 {middle * 1000:6.2f} ms  p95 {late * 1000:6.2f} ms  {_memory_mb():5.0f} MB",
        flush=True,
    )


def _memory_mb() -> float:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def main() -> None:
    arguments = sys.argv[1:]
    if len(arguments) == 3 and arguments[0].isdigit():
        measure(int(arguments[0]), int(arguments[1]), arguments[2])
        return
    engine = "semantic" if "semantic" in arguments else "core"
    one_core = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    here = Path(__file__).resolve()
    path = os.pathsep.join(filter(None, (str(here.parents[2]), os.environ.get("PYTHONPATH"))))
    for articles, wordings in (*SIZES, *([LARGE] if "--large" in arguments else [])):
        command = [sys.executable, str(here), str(articles), str(wordings), engine]
        subprocess.run(command, check=True, env={**one_core, "PYTHONPATH": path})


if __name__ == "__main__":
    main()
