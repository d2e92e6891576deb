"""Does it hold for hours? Random walks of the simulation, seed after seed; each seed that fails is printed."""

import argparse
import logging
import sys
import time

from tests.simulation.world import World


def main() -> int:
    """Walk until the time is up; 1 when a seed failed."""
    asked = argparse.ArgumentParser(prog="dev.py soak", description=main.__doc__)
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--steps", type=int, default=300, help="random steps of one walk")
    options = asked.parse_args()
    logging.disable(logging.WARNING)  # what is simulated here fails all the time
    began, steps, walks, failed = time.monotonic(), 0, 0, []
    while time.monotonic() - began < options.seconds:
        seed = options.seed + walks
        world = World(seed)
        try:
            world.walk(options.steps)
            world.heal()
        except AssertionError as broken:
            failed.append(seed)
            sys.stdout.write(f"seed {seed}, step {world.steps}: {broken}\n")
        finally:
            steps += world.steps
            world.close()
        walks += 1
    sys.stdout.write(f"{walks} walks, {steps:,} steps, {time.monotonic() - began:.0f} s; failing seeds: {failed}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
