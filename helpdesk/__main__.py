"""`python -m helpdesk` is the same as `helpdesk`."""

from helpdesk.cli.main import run

if __name__ == "__main__":
    run()
