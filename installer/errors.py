"""What can go wrong while installers are made? One tree; each message says what to do.

InstallerError
├── WrongRequest     an option, or a combination of options, that makes no sense
├── ToolMissing      a program of the builder is not installed
├── StepFailed       a tool ended with an error; its last lines are in the message
├── PayloadRefused   something incomplete or untrustworthy would have been packed
└── ProofFailed      what was built does not do what it must
"""


class InstallerError(Exception):
    """Root; told to the person as it stands, exit code 1 (2 for WrongRequest)."""


class WrongRequest(InstallerError):
    """The command line cannot be followed."""


class ToolMissing(InstallerError):
    """``program`` is not there; ``package`` is where Debian has it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is not installed. What to do: apt-get install {package}")


class StepFailed(InstallerError):
    """A tool ended with an error."""


class PayloadRefused(InstallerError):
    """It would have looked complete and was not."""


class ProofFailed(InstallerError):
    """Built, but does not work as it must."""
