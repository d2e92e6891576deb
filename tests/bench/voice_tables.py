"""How do the voice bench's figures get into the documents? ``python3 -m tests.bench.voice_tables FILE…`` prints them.

The files are what ``dev.py bench voice`` wrote; the tables are those of docs/voice-results.md and its Chinese sister.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

Row = Mapping[str, Any]
Facts = Mapping[str, Any]

CONDITIONS = ("clean", "other digit forms", "20 dB", "10 dB", "5 dB", "0 dB", "hall", "8 kHz")
CHINESE = {
    "clean": "安静",
    "other digit forms": "其他数字说法",
    "hall": "大厅混响",
    "8 kHz": "8 kHz 耳机",
    "hum": "输送机嗡声",
    "beeper": "叉车蜂鸣",
    "babble": "人声嘈杂",
    "impacts": "碰撞声",
    "music": "收音机音乐",
}
TASKS = {
    "en": (
        "condition", "tasks", "done", "all values right at once", "asked again", "wrong read back, refused",
        "wrong executed", "in the sound alone, p50 / p95 / p99 s", "with the work, p50 / p95 / p99 s",
    ),
    "zh": (
        "条件", "任务", "完成", "一次听对全部内容", "请人重说", "复述错而被拒", "误执行",
        "仅按声音，p50 / p95 / p99 秒", "连同计算，p50 / p95 / p99 秒",
    ),
}  # fmt: skip
ROOMS = {"en": ("noise", "20 dB", "10 dB", "5 dB", "0 dB"), "zh": ("噪声", "20 dB", "10 dB", "5 dB", "0 dB")}
ENGINES = {"en": "condition", "zh": "条件"}


def of_dialogues(facts: Facts, language: str) -> str:
    """One line for each condition of whole dialogues."""
    lines = [(_named(condition, language), *_tasks(facts[condition])) for condition in CONDITIONS if condition in facts]
    return _table((TASKS[language], *lines))


def of_rooms(facts: Facts, language: str) -> str:
    """Done, for each kind of noise at each level."""
    levels = ROOMS["en"][1:]
    kinds = ("hum", "beeper", "babble", "impacts", "music")
    lines = [
        (_named(kind, language), *(_short(facts.get(f"in {kind} {level}", "-")) for level in levels)) for kind in kinds
    ]
    return _table((ROOMS[language], *lines))


def of_engines(engines: Mapping[str, Facts], language: str) -> str:
    """Right / another command, by condition and engine."""
    heads = (ENGINES[language], *engines)
    lines = [
        (_named(condition, language), *(_right_and_other(facts[condition]) for facts in engines.values()))
        for condition in CONDITIONS
        if all(condition in facts for facts in engines.values())
    ]
    return _table((heads, *lines))


def _tasks(figures: Facts) -> tuple[str, ...]:
    return (
        str(figures["tasks"]),
        *(_share(figures[name]) for name in ("done", "slots", "asked_again")),
        str(figures["misread"]),
        str(figures["wrong"]["count"]),
        _seconds(figures["silence"]),
        _seconds(figures["answer"]),
    )


def _share(of: Facts) -> str:
    return f"{100 * of['good'] / of['of']:.0f} % [{of['low']:.0f}, {of['high']:.0f}]" if of["of"] else "-"


def _seconds(of: Facts) -> str:
    return " / ".join(f"{of[name]:.2f}" for name in ("p50", "p95", "p99"))


def _short(told: str) -> str:
    """``done 87.5 % [52.9, 97.8]`` with whole per cents."""
    parts = told.replace("done ", "").replace("%", "").replace("[", "").replace("]", "").replace(",", "").split()
    if len(parts) != len(("share", "low", "high")):
        return told
    share, low, high = (f"{float(part):.0f}" for part in parts)
    return f"{share} % [{low}, {high}]"


def _right_and_other(told: str) -> str:
    """``right 80.0 % […], another command 20.0 % […]`` as ``80 [52, 96] / 20``."""
    right, _, other = told.removeprefix("right ").partition(", another command ")
    return f"{_short(right).replace(' %', '')} / {_short(other).partition(' ')[0]}"


def _named(what: str, language: str) -> str:
    return CHINESE.get(what, what) if language == "zh" else what


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join((lines[0], "|" + "---|" * len(rows[0]), *lines[1:]))


def pages(rows: Sequence[Row]) -> str:
    """All tables that these rows can fill, in both languages; what is no table stands as it is."""
    engines: dict[str, dict[str, Facts]] = {"en": {}, "zh": {}}
    said: list[str] = []
    for row in rows:
        name, spoken, facts = str(row["name"]), str(row["name"]).rpartition("-")[2], row["facts"]
        if name.startswith(("bare-", "own-", "pocketsphinx-", "vosk")) and facts and "clean" in facts:
            engines[spoken][name.removesuffix(f"-{spoken}")] = facts
        elif any(isinstance(facts.get(condition), dict) for condition in CONDITIONS):
            for language in ("en", "zh"):
                said += [f"## {name} ({language})", of_dialogues(facts, language)]
                if any(key.startswith("in ") for key in facts):
                    said.append(of_rooms(facts, language))
            said.append(_rest(facts))
        else:
            said += [f"## {name}", str(row["verdict"]), _rest(facts)]
    for spoken, found in engines.items():
        if found:
            said += [f"## engines, {spoken} ({page})\n{of_engines(found, page)}" for page in ("en", "zh")]
    return "\n\n".join(part for part in said if part)


def _rest(facts: Facts) -> str:
    return "\n".join(
        f"{name}: {value}" for name, value in facts.items() if name not in CONDITIONS and not name.startswith("in ")
    )


def main(files: Sequence[str]) -> None:
    rows: list[Row] = []
    for file in files:
        rows += msgspec.json.decode(Path(file).read_bytes())["rows"]
    print(pages(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
