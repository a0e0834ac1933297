"""Throws broken files at the compiler until the time is up: `python tests/fuzz/fuzz.py [SECONDS]`.

Coverage-guided by atheris where it is installed (`pip install atheris`), else by random mutation
with a printed seed. An exception is a failure; its input is kept in the working directory.
"""

import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

_NASTY = [
    "null",
    "~",
    "true",
    "{}",
    "[]",
    "''",
    '"',
    "'",
    "- ",
    ": ",
    "? ",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary x",
    "!t",
    "%YAML 1.1",
    "---",
    "...",
    "\t",
    "${",
    "${}",
    "$${",
    "${spec.a}",
    "${cluster.name}",
    "0777",
    "1e9",
    "-1",
    "99999999999999999999",
    "\u2028",
    "\ufeff",
    "\x00",
    "\x85",
    "🦀",
    "#",
    "'",
    "@",
    "`",
    "{{ x }}",
    "[[[[",
    "{a: {b: ",
    "10.0.0.0/33",
    "4.17",
    "4.10",
    "!!int",
    "kind: Cluster",
    "kind: Profile",
    "nodePools:",
    "hostedCluster:",
    "\\",
    "\r\n",
    "../../x",
]


def mutate(text: str, rng: random.Random) -> str:
    """The text with a few things done to it that people and merges do."""
    for _ in range(rng.randint(1, 4)):
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        match rng.randrange(8):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[rng.randrange(len(lines))])
            case 2:
                lines[at] = " " * rng.randrange(12) + lines[at].lstrip()
            case 3:
                lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
            case 4:
                head, colon, _ = lines[at].partition(":")
                lines[at] = f"{head}{colon} {rng.choice(_NASTY)}"
            case 5:
                place = rng.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + rng.choice(_NASTY) + lines[at][place:]
            case 6:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                words = lines[at].split(" ")
                words[rng.randrange(len(words))] = rng.choice(_NASTY)
                lines[at] = " ".join(words)
        text = "\n".join(lines)
    return text


def random_files(rng: random.Random) -> dict[str, bytes]:
    """The base fleet with one or two of its files mutated."""
    from tests.fuzz.whole import base  # noqa: PLC0415  # atheris must instrument it first

    files = base()
    for path in rng.sample(sorted(files), rng.randint(1, 2)):
        files[path] = mutate(files[path], rng)
    content = {path: text.encode("utf-8", "surrogatepass") for path, text in files.items()}
    if not rng.randrange(20):
        path = rng.choice(sorted(content))
        place = rng.randrange(len(content[path]) + 1)
        content[path] = content[path][:place] + rng.randbytes(2) + content[path][place:]
    return content


def by_chance(seconds: float) -> int:
    """Random mutation until the time is up; returns how many runs there were."""
    from tests.fuzz.whole import run  # noqa: PLC0415  # see random_files

    seed = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randrange(1 << 32)))
    sys.stdout.write(f"seed {seed} (FUZZ_SEED)\n")
    rng = random.Random(seed)  # noqa: S311  # a repeatable test, not a secret
    end = time.monotonic() + seconds
    runs = 0
    while time.monotonic() < end:
        files = random_files(rng)
        try:
            run(files)
        except Exception:
            keep = Path(f"fuzz-failure-{seed}-{runs}")
            for path, content in files.items():
                (keep / path).parent.mkdir(parents=True, exist_ok=True)
                (keep / path).write_bytes(content)
            sys.stdout.write(f"failed after {runs} runs; the input is in {keep}/\n")
            raise
        runs += 1
    return runs


def by_coverage(seconds: float) -> None:
    """Coverage-guided: the fuzzer's bytes choose the mutations, or stand for a file as they are."""
    import atheris  # noqa: PLC0415  # optional

    with atheris.instrument_imports(include=["hcpc"]):
        from tests.fuzz.whole import CLUSTER, base, run  # noqa: PLC0415  # instrumented here

    seeds = {path: text.encode() for path, text in base().items()}

    def one_input(data: bytes) -> None:
        if data[:1] == b"\x00":
            rng = random.Random(data)  # noqa: S311  # a repeatable test, not a secret
            run(random_files(rng))
        else:
            run({**seeds, CLUSTER: data})

    corpus = Path(os.environ.get("FUZZ_CORPUS", ".tools/fuzz-corpus"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds.values()):
        (corpus / f"seed-{number}").write_bytes(content)
    arguments = [sys.argv[0], f"-max_total_time={int(seconds)}", "-max_len=4096", str(corpus)]
    atheris.Setup(arguments, one_input)
    atheris.Fuzz()


def main() -> None:
    """Fuzz for the given number of seconds (default 600)."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    try:
        import atheris  # noqa: F401,PLC0415  # only to see whether it is there
    except ImportError:
        sys.stdout.write(f"{by_chance(seconds)} runs without an exception\n")
    else:
        by_coverage(seconds)


if __name__ == "__main__":
    main()
