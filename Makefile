.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock
ARGS ?=

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

run: ## serve on this machine (PORT=8000); Ctrl-C ends it
	@exec bin/run

test: ## run every test (ARGS="tests/core -k separator" for some)
	@exec bin/test $(ARGS)

check: ## lint, types, imports, migrations, templates, lock files
	@exec bin/check

bench: ## measure cost and latency against a bare relay
	@exec bin/bench $(ARGS)

format: ## put the code in order
	@exec bin/format

lock: ## write requirements*.txt from their .in (ARGS=--upgrade for the newest)
	@bin/bootstrap requirements.txt requirements-dev.txt
	@exec bin/lock $(ARGS)
