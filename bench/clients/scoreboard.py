#!/usr/bin/env python3
"""The own test suites of Consul's clients against Flotilla, as a table: how many of their tests pass.

    bench/clients/scoreboard.py [--sources DIR] [--work DIR] [--list-failed] [SUITE ...]

Each suite is the client's own at a tag, fetched by git, or copied from DIR/NAME where that exists. They start the
servers that they need themselves: a `consul` on the PATH that is ./flotilla, which `agent` makes a node with Consul's
flags. What a suite needs from Maven Central and npm it gets there; the rest is Debian's (see README.md).
"""
import argparse, os, pathlib, re, shutil, signal, subprocess, sys, tempfile, time
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
HOME = HERE.parent.parent
MAVEN = ["mvn", "-B", "-ntp", "-q", "-Dmaven.test.failure.ignore=true", "-Dstyle.color=never"]


class Suite:
    """One row: where the tests are from, what prepares them, what runs them, and how to read what they say."""

    def __init__(self, name, source, tag, needs, limit, run, shown=None):
        self.name, self.source, self.tag, self.needs = name, source, tag, needs
        self.limit, self.run, self.shown = limit, run, shown or name


class Work:
    """A suite's own copy of its sources, and the commands run in it, each with a limit of time."""

    def __init__(self, suite, root, sources):
        self.suite, self.dir = suite, root / suite.name
        self.path, self.tmp = root / "bin", root / "tmp"
        self.log = open(root / f"{suite.name}.log", "w")
        if self.dir.exists():
            return
        given = sources and sources / suite.name
        if given and given.exists():
            shutil.copytree(given, self.dir, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        else:
            self.sh(["git", "clone", "-q", "--depth", "1", "--branch", suite.tag, suite.source, str(self.dir)], cwd=root)

    def sh(self, command, cwd=None, limit=None, check=True, **env):
        """Its output is in the suite's log; a step that takes too long is ended with all that it started."""
        env = {**os.environ, "PATH": f"{self.path}:{os.environ['PATH']}", "TMPDIR": str(self.tmp), **env}
        limit = limit or self.suite.limit
        process = subprocess.Popen(
            command, cwd=cwd or self.dir, env=env, start_new_session=True,
            stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = f"not done after {limit} s"
        finally:
            end_group(process)
        if check and code != 0:
            raise SuiteError(f"{' '.join(command[:4])}: {code}; see {self.log.name}")


class SuiteError(Exception):
    pass


def end_group(process):
    """A suite that was interrupted leaves its servers behind."""
    try:
        os.killpg(process.pid, 15)
    except ProcessLookupError:
        pass
    process.wait()


class Result:
    def __init__(self):
        self.passed, self.failed, self.skipped = [], [], []

    def junit(self, files):
        """Surefire, pytest and mocha write the same kind of report."""
        for file in files:
            for case in ET.parse(file).getroot().iter("testcase"):
                self.add(f"{case.get('classname')} › {case.get('name')}", {child.tag for child in case})
        return self

    def go(self, text):
        """What the first run of each test said; one that makes the program panic has no such line."""
        for says, name in re.findall(r"^--- (PASS|FAIL|SKIP): (\S+)", text, re.M):
            if name not in self.passed + self.failed + self.skipped:
                {"PASS": self.passed, "FAIL": self.failed, "SKIP": self.skipped}[says].append(name)
        return self

    def add(self, name, says):
        if says & {"failure", "error"}:
            self.failed.append(name)
        elif "skipped" in says:
            self.skipped.append(name)
        else:
            self.passed.append(name)


# ---- the suites


def npm(work):
    """All of its acceptance tests. Its three servers get 10 s to start; a JVM on a busy machine may need more."""
    work.sh(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "mocha@10", "should@13",
             "async@3", "debug@4", "temp@0.9", "papi@1", "uuid@10"])
    helper = work.dir / "test/acceptance/helper.js"
    helper.write_text(helper.read_text().replace("times: 100, interval: 100", "times: 600, interval: 100"))
    report = work.dir / "report.xml"
    work.sh(["node_modules/.bin/mocha", "test/acceptance", "--recursive", "--timeout", "90000", "--exit",
             "--reporter", "xunit", "--reporter-option", f"output={report}"], check=False, ACCEPTANCE="true")
    return Result().junit([report])


def pytest(work, tests, *options, name="report"):
    report = work.dir / f"{name}.xml"
    work.sh(["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *options, *tests],
            check=False, PYTHONPATH=str(work.dir), PYTHONDONTWRITEBYTECODE="1")
    return Result().junit([report])


def python_consul(work):
    """Its servers are bin files beside the tests. Its asyncio tests are of a syntax that Python no longer has."""
    binary = work.dir / "tests/consul.linux64"
    binary.unlink(missing_ok=True)
    binary.symlink_to(HOME / "flotilla")
    return pytest(work, ["tests/test_std.py", "tests/test_base.py"])


def py_consul(*tests):
    """Its servers are containers; conftest.py here starts them as processes."""

    def run(work):
        shutil.copy(HERE / "py_consul_conftest.py", work.dir / "conftest.py")
        return pytest(work, tests, "-o", "asyncio_mode=auto", "-o", "addopts=")

    return run


def go(work):
    """Consul's module with its dependencies beside it, so that nothing is fetched."""
    root = work.dir / "go"
    package = root / "src/github.com/hashicorp/consul"
    if not package.exists():
        package.mkdir(parents=True)
        for part in ("api", "sdk", "vendor"):
            shutil.move(work.dir / part, package / part)
        shutil.rmtree(package / "vendor/github.com/hashicorp/consul", ignore_errors=True)
        # Its servers get two seconds to answer; a JVM on a busy machine may need more.
        server = package / "sdk/testutil/server.go"
        text = server.read_text()
        text = text.replace("retry.TwoSeconds()", "&retry.Timer{Timeout: 60 * time.Second, Wait: 25 * time.Millisecond}")
        server.write_text(text.replace("\n\t\tfailed = false\n", "\n\t\treturn nil\n"))
    env = {"GOPATH": str(root), "GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": str(work.dir / "cache")}
    work.sh(["go", "test", "-c", "-o", "../api.test", "."], cwd=package / "api", **env)
    names = re.findall(r"^func (Test\w+)\(", "".join(f.read_text() for f in sorted((package / "api").glob("*_test.go"))), re.M)
    result, end = Result(), time.monotonic() + work.suite.limit
    for name in names:
        # Each by itself: a panic ends the program, and with it the tests that run beside.
        report = work.dir / "report.txt"
        left = end - time.monotonic()
        if left < 1:
            raise SuiteError(f"not done after {work.suite.limit} s")
        work.sh(["sh", "-c", f"exec ../api.test -test.v -test.run '^{name}$' -test.timeout 60s > {report} 2>&1"],
                cwd=package / "api", limit=min(90, left), check=False, **env)
        text = report.read_text(errors="replace")
        work.log.write(text)
        if name not in result.go(text).passed + result.failed + result.skipped and "no tests to run" not in text:
            result.failed.append(name)
    return result


def reports(work, *modules):
    return [f for m in modules for f in (work.dir / m).glob("target/*-reports/TEST-*.xml")]


def container(work, directory):
    """Where a suite starts a container, it gets a process: the class is found before the library's own."""
    target = work.dir / directory / "org/testcontainers/consul"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "ConsulContainer.java", target)


def kiwi(work):
    """Its unit tests talk to no server, so they are not counted."""
    container(work, "src/itest/java")
    work.sh(MAVEN + ["test", "-Dtest=*ITest", "-Dsurefire.failIfNoSpecifiedTests=false",
                     f"-Dflotilla.consul={HOME / 'flotilla'}"], check=False)
    return Result().junit(reports(work, "."))


def ecwid(work):
    """Built by a Gradle that is too old for today's Java, so by a pom here, against the released jar."""
    shutil.copy(HERE / "ecwid.pom.xml", work.dir / "pom.xml")
    for version in ("1.6.0",):
        place = work.tmp / f"embedded-consul-consul-dir{version}"
        place.mkdir(exist_ok=True)
        if not (place / "consul").exists():
            (place / "consul").symlink_to(HOME / "flotilla")
    work.sh(MAVEN + ["test", f"-DargLine=-Djava.io.tmpdir={work.tmp}"], check=False)
    return Result().junit(reports(work, "."))


def spring(work):
    modules = [f"spring-cloud-consul-{m}" for m in ("core", "config", "discovery", "binder")]
    container(work, "spring-cloud-consul-core/src/test/java")
    work.sh(MAVEN + ["test", "-pl", ",".join(modules), "-Dcheckstyle.skip", "-Ddisable.checks=true",
                     f"-Dflotilla.consul={HOME / 'flotilla'}"], check=False)
    return Result().junit(reports(work, *modules))


GITHUB = "https://github.com/"
SUITES = [
    Suite("npm", GITHUB + "silas/node-consul", "2.0.1", ["npm"], 600, npm, "npm consul 2.0.1"),
    Suite("python-consul", GITHUB + "cablehead/python-consul", "master", ["git"], 600, python_consul, "python-consul master"),
    Suite("py-consul", GITHUB + "criteo/py-consul", "v1.7.1", ["git"], 1500, py_consul("tests"), "py-consul 1.7.1"),
    Suite("go", GITHUB + "hashicorp/consul", "v1.10.12", ["go"], 1800, go, "Go api 1.10.12"),
    Suite("kiwi", GITHUB + "kiwiproject/consul-client", "v1.12.1", ["mvn"], 1500, kiwi, "kiwiproject consul-client 1.12.1"),
    Suite("ecwid", GITHUB + "Ecwid/consul-api", "v1.4.5", ["mvn"], 900, ecwid, "Ecwid consul-api 1.4.5"),
    Suite("spring", GITHUB + "spring-cloud/spring-cloud-consul", "v5.0.2", ["mvn"], 1800, spring, "spring-cloud-consul 5.0.2"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=" ".join(s.name for s in SUITES))
    parser.add_argument("--sources", type=pathlib.Path, help="directories with the suites' sources, by name")
    parser.add_argument("--work", type=pathlib.Path, help="keep builds and logs here; otherwise they are removed")
    parser.add_argument("--list-failed", action="store_true", help="name the tests that fail")
    options = parser.parse_args()
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, lambda *_: sys.exit(143))
    unknown = set(options.suites) - {s.name for s in SUITES}
    if unknown:
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    if not (HOME / "target/flotilla.jar").exists():
        sys.exit("Build first: mvn -DskipTests package")
    with tempfile.TemporaryDirectory(prefix="flotilla-clients-") as temporary:
        root = (options.work or pathlib.Path(temporary)).resolve()
        for place in ("bin", "tmp"):
            (root / place).mkdir(parents=True, exist_ok=True)
        consul = root / "bin/consul"
        if not consul.exists():
            consul.symlink_to(HOME / "flotilla")
        print("| suite | pass | of | skipped by themselves |\n|---|---|---|---|", flush=True)
        for suite in SUITES:
            if not options.suites or suite.name in options.suites:
                print(row(suite, root, options), flush=True)


def row(suite, root, options):
    missing = [c for c in suite.needs if not shutil.which(c)]
    if missing:
        return f"| {suite.shown} | not run: {', '.join(missing)} is missing | | |"
    try:
        result = suite.run(Work(suite, root, options.sources))
    except (SuiteError, OSError, ET.ParseError) as e:
        return f"| {suite.shown} | not run: {e} | | |"
    if options.list_failed:
        print("\n".join(f"  failed: {name}" for name in result.failed), file=sys.stderr, flush=True)
    passed, failed = len(result.passed), len(result.failed)
    return f"| {suite.shown} | {passed} | {passed + failed} | {len(result.skipped)} |"


if __name__ == "__main__":
    main()
