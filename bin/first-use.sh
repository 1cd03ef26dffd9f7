# shellcheck shell=sh
# What the programs in this folder share: finding Java, and building on first use. Read by them, not run by itself.
# Who reads it has set: program (its name), root (of the checkout), module (the folder of the module that it starts).

jar=$root/$module/target/resilient-storage-$module.jar
stamp=$root/$module/target/built

fail() {
  printf '%s: %s\n' "$program" "$1" >&2
  exit 1
}

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null 2>&1 ||
  fail "there is no '$java'; install a JDK 17 or newer, or set JAVA_HOME"
java_says=$("$java" -version 2>&1) || fail "'$java' does not run; set JAVA_HOME"
java_version=$(printf '%s\n' "$java_says" | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
[ "${java_version:-0}" -ge 17 ] ||
  fail "'$java' is version ${java_version:-unknown}, and 17 or newer is needed; set JAVA_HOME"

# Whether the build is as new as every source that is in it.
is_built() {
  [ -f "$jar" ] && [ -f "$stamp" ] &&
    [ -z "$(find "$root/pom.xml" "$root/core" "$root/backends" "$root/testkit" "$root/$module" \
      -name target -prune -o -type f \( -name pom.xml -o -path '*/src/main/*' \) -newer "$stamp" -print |
      head -n 1)" ]
}

check_maven() {
  command -v mvn >/dev/null 2>&1 ||
    fail "it must be built first, and there is no 'mvn'; install Maven 3.8.1 or newer"
  maven_version=$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  printf '%s\n' "${maven_version:-0}" |
    awk -F. '{ exit !($1 * 1000000 + $2 * 1000 + $3 >= 3008001) }' ||
    fail "it must be built first; 'mvn' is version ${maven_version:-unknown}, and 3.8.1 or newer is needed"
}

# Builds where it is not built, or its sources are newer, and then does what it is told besides. Tests, checks and
# documents are for 'mvn verify'; this builds what runs, and no more.
build_on_first_use() {
  if is_built; then
    return
  fi
  check_maven
  mkdir -p "$root/$module/target"
  exec 9>"$root/$module/target/build.lock"
  if command -v flock >/dev/null 2>&1; then
    flock 9
  fi
  if ! is_built; then
    printf '%s: building (the first time takes a minute or two)\n' "$program" >&2
    (
      cd "$root"
      mvn -q -B -Dstyle.color=never -pl "$module" -am -P '!static-analysis' -Dmaven.test.skip=true \
        -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -Dspotless.check.skip=true package >&2 </dev/null
    ) || fail "the build failed; see above"
    "$@"
  fi
  exec 9>&-
}
