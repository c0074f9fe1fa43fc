# The verbs of the project. `make` alone lists them.
#
# With -q set and recipe lines marked "+", a verb that refuses leaves its own line as the last word and
# make's exit status is 1; otherwise make would add a line about itself and exit with 2.
MAKEFLAGS += -q
.DEFAULT_GOAL := help
OPS := +@unset MAKEFLAGS MFLAGS MAKELEVEL; exec ops/with-python -m ops
ifneq (,$(findstring n,$(firstword -$(MAKEFLAGS))))
OPS := @exec ops/with-python -m ops
endif

.PHONY: help run stop test bench drill replica promote rejoin patroni redis upgrade manage psql seed lint format requirements release monitoring clean backup restore deploy roll

help:          ## List the verbs
	+@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run:           ## Start the site: PORT, HOST, DATA_DIR, DATABASE_URL and REDIS_URL are respected
	$(OPS) run

stop:          ## Stop the running site
	$(OPS) stop

test:          ## Run every check and test; PYTHON=python3.13 chooses the Python
	$(OPS) test $(ARGS)

bench:         ## Measure the site on servers of its own: SIZE=small|medium|large, ARGS="names of cases"
	$(OPS) bench $(ARGS)

drill:         ## Try disasters on servers of its own: ARGS="names of drills" or ARGS=--list
	$(OPS) drill $(ARGS)

promote:       ## Make a standby the primary: ARGS=postgresql://postgres:…@standby:5432/postgres
	$(OPS) promote $(ARGS)

rejoin:        ## Make the stopped former primary a standby: ARGS="URL of the new primary"
	$(OPS) rejoin $(ARGS)

patroni:       ## Print a node's configuration for Patroni: ARGS="--name one --host 10.0.0.1 …"
	$(OPS) patroni $(ARGS)

backup:        ## Back up the site: ARGS=full|diff|dump|media|verify|status|prune, with BACKUP_DIR set
	$(OPS) backup $(ARGS)

restore:       ## Restore it: ARGS="--latest" or ARGS="--to '2026-11-29 12:00:00+00'"
	$(OPS) restore $(ARGS)

deploy:        ## Set up a server, or write its files: ARGS="init example.org", write, check, containers
	$(OPS) deploy $(ARGS)

roll:          ## On a server: bring the new code into service, process by process, without dropping a request
	$(OPS) roll $(ARGS)

replica:       ## Make a standby of the site's database and keep it running: ARGS="name --from URL --port N"
	$(OPS) replica $(ARGS)

redis:         ## Print what a role of Redis wants of its server: ARGS="sessions --memory 2gb", ARGS=sentinel
	$(OPS) redis $(ARGS)

upgrade:       ## Bring dependencies and the database up to this version
	$(OPS) upgrade

manage:        ## Run manage.py, e.g. make manage ARGS=createsuperuser
	$(OPS) manage $(ARGS)

psql:          ## Open the site's database, or run the SQL given on standard input
	$(OPS) psql $(ARGS)

seed:          ## Fill the site, e.g. make seed ARGS="--users 1000 --tweets 20000 --seed 1"
	$(OPS) manage seed $(ARGS)

lint:          ## Check format, style, types and templates
	$(OPS) lint

format:        ## Rewrite Python and templates in the project's format
	$(OPS) format

requirements:  ## Compile the lists of requirements, pinned and with hashes
	$(OPS) requirements $(ARGS)

release:       ## Keep what this version promises: the API's description and the schema
	$(OPS) release

monitoring:    ## Write Grafana's dashboards, check the alerts with promtool where it is installed
	$(OPS) monitoring

clean:         ## Remove .venv and caches; the site's data in var/ stays
	$(OPS) clean
