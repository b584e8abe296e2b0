# Loomchat: every command there is. `make help` lists them.

# A JDK 25 or newer: JAVA_HOME, then PATH, then the usual folders. The script ./loomchat looks for it, and runs what is built.
JDK := $(shell ./loomchat --find-home javac)
ifeq ($(JDK),)
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),run)),)
$(error Loomchat needs a JDK 25 or newer and found none. Install one (for instance Eclipse Temurin 25) and set JAVA_HOME to its folder)
endif
endif
export JAVA_HOME := $(JDK)
# The second: Maven would end its output with escape codes, into a file as well.
export MAVEN_OPTS := --sun-misc-unsafe-memory-access=allow -Djansi.noreset=true
# Without colours: Maven writes escape codes into files too.
MVN := mvn -q -B -ntp -Dstyle.color=never
JAVA := $(JDK)/bin/java
SOURCES := pom.xml $(shell find src/main static loadtest/src/main loadtest/scenarios -type f 2>/dev/null)
JAR := target/loomchat.jar
# The flags of the server, for what starts it without the script.
RUN_FLAGS = $(shell ./loomchat --jvm-flags serve)
# The classes of the start (make image-classes). Made for make run, and used by ./loomchat where it is.
ARCHIVE := target/loomchat.jsa
VERSION := $(shell sed -n 's|^  <version>\(.*\)</version>$$|\1|p' pom.xml)

.PHONY: help build run cluster stress stress-compare stress-history report reset ban unban bans operator-token test test-all test-slow test-tools bench compare check format docs images package image image-files image-classes clean
.DEFAULT_GOAL := run

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'
	@echo "make ends with 2 whatever a command's exit code was: ./loomchat COMMAND (--help) passes it on to the shell."

build: $(JAR) ## build target/loomchat.jar, as all targets below do when the sources have changed

run: $(ARCHIVE) ## build if needed and serve on PORT (default 3000) until Ctrl-C
	@exec ./loomchat serve

cluster: $(ARCHIVE) ## Redis and three servers on this machine behind a proxy, as one crowd, until Ctrl-C
	@exec sh deploy/cluster.sh

stress: $(JAR) ## play SCENARIO against URL (default: the local server)
	@exec ./loomchat stress $(ARGS)

stress-compare: $(JAR) ## two runs side by side: A and B are names or folders, by default the last two
	@exec ./loomchat stress compare $(if $(A)$(B),$(or $(A),previous) $(or $(B),last)) $(ARGS)

stress-history: $(JAR) ## the runs in RESULTS, one a line; of one SCENARIO; ARGS=--json
	@exec ./loomchat stress history $(ARGS)

report: $(JAR) ## the report in the terminal, from the files in LOG_DIR; ARGS="--json" and the like
	@exec ./loomchat report $(ARGS)

reset: $(JAR) ## archive the logs of a stopped server and start clean
	@exec ./loomchat reset

ban unban bans: $(JAR)
	@exec ./loomchat $@ $(ARGS)

ban: ## keep an identity or addresses out: ARGS="203.0.113.0/24 --for 24h"; ARGS=--help tells more
unban: ## lift a ban: ARGS="203.0.113.0/24"
bans: ## list the bans

operator-token: $(JAR) ## make a token for an operator who is elsewhere: ARGS=NAME; ARGS=--help tells more
	@exec ./loomchat operator-token $(ARGS)

test: test-tools ## run the tests (installs what they need where it can: Chromium, Redis, coturn, Prometheus, proxies)
	mvn -B -ntp -Dstyle.color=never $(TEST_FLAGS) verify

test-all: test-tools ## run all tests but the long ones: also the operators' pages, looks, calls, languages, the JDK's own scheduler
	mvn -B -ntp -Dstyle.color=never -Dtest.all $(TEST_FLAGS) verify

test-slow: test-tools ## run the long tests: kills, soaks, other browsers (well over half an hour)
	mvn -B -ntp -Dstyle.color=never -Dtest.groups=slow -Dtest.excluded= -Dtest.forks=1 verify

test-tools:
	@sh .ci/install-chromium
	@sh .ci/install-browsers
	@sh .ci/install-redis
	@sh .ci/install-coturn
	@sh .ci/install-prometheus
	@sh .ci/install-deploy
	@sh .ci/install-zstd

bench: $(JAR) ## measure all parts, or one: BENCH=calls, cluster, codec, identity, log, report, relay or video
	@$(MVN) -P bench test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
	@exec $(JAVA) -Drun.flags='$(RUN_FLAGS)' --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -cp target/test-classes:target/classes:$$(cat target/bench.classpath) loomchat.bench.Bench $(BENCH)

# Not as SECONDS: shells count seconds in a variable of that name.
compare: $(JAR) ## Loomchat beside Bun, Node ws and Socket.IO: ROUNDS, LOADS, SERVERS, SECONDS, URL and PID, WRITE=true (docs/performance.md)
	@JAVA='$(JAVA)' RUN_FLAGS='$(RUN_FLAGS)' JAR=$(JAR) SECONDS_EACH='$(SECONDS)' exec sh loadtest/compare/compare.sh

check: ## formatter, static checks, sizes of files and folders
	@LC_ALL=C sh .ci/check-sources
	$(MVN) spotless:check
	$(MVN) -P errorprone clean compile

format: ## format the sources
	$(MVN) spotless:apply

docs: ## write docs/settings.md from the settings that the program reads
	$(MVN) -Dtest=SettingsDocTest -Ddocs.write=true test

images: ## take docs/images anew from the real pages, after a minute's load test (needs Chromium, Redis and Prometheus)
	@sh .ci/install-chromium
	@sh .ci/install-redis
	@sh .ci/install-prometheus
	$(MVN) -Dtest=DocImages,DashboardImage -Ddocs.write=true test

package: ## one jar, and a zip with a script and the documents, in target/dist, with their checksums
	@rm -rf target/dist
	@$(MVN) -P package -Dmaven.test.skip=true package
	@cd target/dist && sha256sum loomchat-$(VERSION).jar loomchat-$(VERSION).zip >SHA256SUMS && cat SHA256SUMS

image: image-files ## a container image without Docker: target/loomchat-image.tar, and target/image as OCI layout
	@sh deploy/image/oci target/image-files target/image $(VERSION)

image-files: $(JAR)
	@sh deploy/image/files $(JDK) $(JAR) target/image-files $(RUN_FLAGS)

# Finds out anew which classes a start needs, for make image and make run (docs/containers.md).
image-classes: $(JAR)
	@sh deploy/image/train $(JAVA) $(JAR) $(RUN_FLAGS)

clean: ## remove what a build made
	rm -rf target

# On the standard error: the standard output may be a program's (make -s report ARGS=--json).
$(JAR): $(SOURCES)
	@echo "Building Loomchat (about a minute the first time) ..." >&2
	@$(MVN) -Dmaven.test.skip=true package
	@touch $@

$(ARCHIVE): $(JAR) deploy/image/classes.lst $(JDK)/lib/modules
	@rm -f $@
	@sh deploy/image/archive $(JAVA) $(JAR) $@ $(RUN_FLAGS) 2>/dev/null || rm -f $@
