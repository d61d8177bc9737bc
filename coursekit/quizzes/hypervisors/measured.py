"""What the questions tell of guest programs that an import has no time to run; a test runs them."""

COUNTER = {"native": 2, "trap": 1}  # word 32 at the end of the program `popf`
BETRAYED = ("trap", "bt", "pv")  # the ways in which `pill` is given the hypervisor's table
