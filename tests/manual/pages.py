"""What proclab(1) and `proclab COMMAND --help` say of the commands' options."""
import os
import re
import subprocess

PROCLAB = os.environ["PROCLAB"]


def run(*arguments):
    return subprocess.run([PROCLAB, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)


def commands():
    return re.findall(r"^  proclab ([a-z]+)   *[a-z]", run().stdout, re.M)


def help_options(command):
    """{long: (short or None, argument or None)} of --help, which is printed from the table that parses them."""
    text = re.search(r"^options:\n(.*?)^\n", run(command, "--help").stdout, re.S | re.M)[1]
    rows = re.findall(r"^ {2,6}(?:-(\w), )?--([a-z-]+)(?:\[=([A-Z]+)\]| ([A-Z]\w*))?(?:  |$)", text, re.M)
    return {long: (short or None, optional or argument or None) for short, long, optional, argument in rows}


def section(page, name):
    found = re.search(rf"^\.S[hs] {name}\n(.*?)(?=^\.S[hs] |\Z)", page, re.S | re.M)
    assert found, f"there is no section {name}"
    return found[1]


def macros(line):
    """Its options as (long, argument): 'Fl Fl rate Ar HZ', 'Fl Fl json Ns Op = Ns Ar FILE'."""
    return [(long, argument or None) for long, argument in
            re.findall(r"Fl Fl ([a-z-]+)(?: (?:Ns Op = Ns )?Ar ([A-Za-z]+))?", line)]


def synopsis(page):
    """{command: {long: argument}}"""
    found = {}
    for entry in section(page, "SYNOPSIS").split(".Nm\n")[1:]:
        command = re.match(r"\.Cm ([a-z]+)\n", entry)
        if command:
            found.setdefault(command[1], {}).update(macros(entry))
    return found


def items(text):
    """[(head, what is said)] of a list's .It."""
    return re.findall(r"^\.It (.*)\n((?:(?!\.It |\.El).*\n)*)", text, re.M)
