# Two commands: `make run` and `make test`. See dev/README.md for what can be added to them.
PYTHON ?= python3
export ARGS DB KEEP PORT

.PHONY: run test lint bench odoo
run:   ; @$(PYTHON) -m dev.run
test:  ; @$(PYTHON) -m dev.test
lint:  ; @$(PYTHON) -m dev.lint
bench: ; @$(PYTHON) -m dev.bench
odoo:  ; @$(PYTHON) -m dev.odoo $(ARGS)
