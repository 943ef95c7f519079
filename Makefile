# Everything a developer does here, in one word each. `make` alone explains.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FLAGS   ?=
LOAD    ?= -families 20000 -rate 100 -for 10s
GUIDE   ?= -services 20000 -rate 200 -for 10s

.DEFAULT_GOAL := help
.PHONY: help demo test quick bench lint holes generate build clean

help:
	@echo "Bondgenoot: no child misses help that exists."
	@echo
	@echo "  make demo      try it: a town full of fictional families, nothing to install but Go"
	@echo "  make quick     the tests for every day: under two minutes; says what it leaves out"
	@echo "  make test      all tests: SQLite and PostgreSQL, a real browser, the race detector;"
	@echo "                 installs what is missing, or says exactly what that is"
	@echo "  make lint      formatting, go vet, and golangci-lint"
	@echo "  make generate  the Go files that are made from the pages (*.templ)"
	@echo "  make build     bin/bondgenoot: one static program, for any Linux of this kind"
	@echo "  make bench     the measurements behind docs/performance.md: benchmarks, then requests at a"
	@echo "                 fixed rate beside a bare server; LOAD='-families 100000' for the whole of it;"
	@echo "                 then the directory, GUIDE='-services 20000 -rate 200'"
	@echo "  make clean     throw away what was built and fetched"
	@echo
	@echo "One test only: make quick FLAGS='-run TestName'.  One package: go test ./rules/..."
	@echo "How the house is built: ARCHITECTURE.md.  How to help: CONTRIBUTING.md."

demo:
	go run ./cmd/bondgenoot demo

test:
	@scripts/test.sh full $(FLAGS)

quick:
	@scripts/test.sh quick $(FLAGS)

bench:
	go test -run '^$$' -bench . -benchmem $(FLAGS) ./...
	@mkdir -p .cache/bench
	go run ./bench -keep .cache/bench $(LOAD)
	go run ./bench $(GUIDE)

lint:
	@scripts/check.sh
	go vet ./...
	@if lint=$$(scripts/tool.sh golangci-lint); then "$$lint" run ./...; \
		else echo "lint: golangci-lint cannot be built here; gofmt and go vet are content"; fi

holes:
	@scripts/holes.sh

generate:
	@scripts/generate.sh

build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION)" -o bin/bondgenoot ./cmd/bondgenoot

clean:
	rm -rf .cache bin dist
