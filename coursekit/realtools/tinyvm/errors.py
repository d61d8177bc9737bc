"""Why there is no small virtual machine, in a sentence for the reader."""

from coursekit.sims.message import Message


class VmError(RuntimeError):
    """It cannot be built or started; `message` says why, and what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))
