"""What the questions tell of guest programs that an import has no time to run; a test runs them."""

COUNTER = {"native": 2, "trap": 1}  # word 32 at the end of the program `popf`
BETRAYED = ("trap", "bt", "pv")  # the ways in which `pill` is given the hypervisor's table
CALLS = {"trap": 104, "bt": 104, "pv": 104, "hw_npt": 2}  # how often `calls` meets the hypervisor
MAPS = {"trap": 82, "bt": 82, "pv": 82, "hw_shadow": 82, "hw_npt": 2}  # and `pages`
