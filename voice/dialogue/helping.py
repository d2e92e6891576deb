"""What can be said now? The key of the prompt that says so, for ear and eye, in each state."""

from voice.dialogue.state import Mode, Proposal, State, Tier


def help_key(state: State) -> str:
    """A prompt; asleep there is nothing to be said but a wake word."""
    if state.proposal is not None:
        return _answers(state.proposal)
    if state.mode is Mode.DONE and state.undoable is not None:
        return "help.done"
    return {Mode.ASLEEP: "hint.asleep", Mode.WHICH: "help.which"}.get(state.mode, "help.listening")


def _answers(proposal: Proposal) -> str:
    if proposal.only_keeps:
        return "help.conflict_kept"
    digits = proposal.tier is Tier.WORD_AND_DIGITS
    if proposal.decides is not None:
        return "help.conflict_digits" if digits else "help.conflict"
    return "help.confirm_digits" if digits else "help.confirm"
