"""Packages of npm that one bench alone needs, by a lock of their own, into a folder of .cache."""

import shutil
from pathlib import Path

from scripts import dev

ROOT = Path(__file__).resolve().parents[2]


def npm_ci(here: Path, into: Path, title: str, found: tuple[dict, list]) -> None:
    """Installs what package-lock.json in `here` pins into `into`, unless it lies there already.

    `found` are the variables and the npm command that dev.system_node or dev.own_node gives. Raises dev.Failed.
    """
    env, npm = found
    stamp = into / "finished"
    files = [here / "package.json", here / "package-lock.json", ROOT / ".npmrc"]
    if dev.stamped(stamp, dev.digest(*files)):
        return
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, into / file.name)
    dev.step(
        f"{title} into .cache/{into.name}", [*npm, *dev.NPM_CI], env=env, folder=into, help=dev.NETWORK.format("npm")
    )
    stamp.write_text(dev.digest(*files), "utf-8")
