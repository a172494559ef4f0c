package io.flotilla.acl;

import static io.flotilla.acl.Level.DENY;
import static io.flotilla.acl.Level.LIST;
import static io.flotilla.acl.Level.READ;
import static io.flotilla.acl.Level.WRITE;
import static io.flotilla.acl.Resource.KEY;
import static io.flotilla.acl.Resource.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.entity.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the texts of policies mean. */
class RulesTest {
  @Test
  void hclIsUnderstoodInAllTheWaysItIsWritten() {
    Rules rules =
        Rules.parse(
            """
            # blocks
            key_prefix "" {
              policy = "read"
            }
            key_prefix "foo/" { policy = "write" } // on one line
            /* with an equals sign,
               over lines */
            key = { "foo/bar/secret" = { policy = "deny" } },
            "key" "quoted" { "policy" = "list" }
            service "web" { policy = "write", intentions = "read" }
            service_prefix "" { policy = "read" intentions = "deny" }
            node { "n1" { policy = "read" } "n2" { policy = "write" } }
            operator = "read"
            mesh = "write"
            """);
    assertThat(rules.of(KEY, "any")).contains(READ);
    assertThat(rules.of(KEY, "foo/x")).contains(WRITE);
    assertThat(rules.of(KEY, "foo/bar/secret")).contains(DENY);
    assertThat(rules.of(KEY, "foo/bar/secret2")).contains(WRITE);
    assertThat(rules.of(KEY, "quoted")).contains(LIST);
    assertThat(rules.of(SERVICE, "web")).contains(WRITE);
    assertThat(rules.of(SERVICE, "db")).contains(READ);
    assertThat(rules.of(Resource.NODE, "n1")).contains(READ);
    assertThat(rules.of(Resource.NODE, "n2")).contains(WRITE);
    assertThat(rules.of(Resource.NODE, "n3")).isEmpty();
    assertThat(rules.of(Resource.OPERATOR)).contains(READ);
    assertThat(rules.of(Resource.KEYRING)).isEmpty();
  }

  @Test
  void jsonMeansTheSame() {
    Rules rules =
        Rules.parse(
            """
             {
              "key_prefix": { "": {"policy": "read"}, "foo/": {"policy": "write"} },
              "key": [ { "foo/bar/secret": {"policy": "deny"} }, { "b": [{"policy": "list"}] } ],
              "acl": "read"
            }
            """);
    assertThat(rules.of(KEY, "any")).contains(READ);
    assertThat(rules.of(KEY, "foo/x")).contains(WRITE);
    assertThat(rules.of(KEY, "foo/bar/secret")).contains(DENY);
    assertThat(rules.of(KEY, "b")).contains(LIST);
    assertThat(rules.of(Resource.ACL)).contains(READ);
  }

  @Test
  void nothingIsGivenByNothing() {
    for (String text : List.of("", " \n", "# nothing", "{}", "key_prefix {}")) {
      assertThat(Rules.parse(text).of(KEY, "a")).as(text).isEmpty();
    }
  }

  @Test
  void aTextIsTakenAsItStands() {
    assertThat(Rules.parse("key \"${file(\\\"/etc/passwd\\\")}\" { policy = \"read\" }"))
        .extracting(rules -> rules.of(KEY, "${file(\"/etc/passwd\")}").orElseThrow())
        .isEqualTo(READ);
    assertThat(Rules.parse("key \"a\\n\\t\\\\\\u00e7\" { policy = \"read\" }").of(KEY, "a\n\t\\ç"))
        .contains(READ);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key_prefix \"a\" { policy = \"deny\" } )(",
        "key_prefix \"\" { policy = \"read\" } \0 key_prefix \"a\" { policy = \"deny\" }",
        "key_prefix \"a\" { policy = \"deny\"",
        "key_prefix \"a\" { }",
        "key_prefix \"a\" { policy = \"denied\" }",
        "key_prefix \"a\" { policy = var.x }",
        "key_prefix \"a\" { policy = \"read\" extra = \"x\" }",
        "key_prefix \"a\" = \"read\"",
        "key_prefix = \"read\"",
        "key_prefix \"a\" = { policy = \"read\" }",
        "key_prefix \"a\" \"b\" { policy = \"read\" }",
        "key_prefix \"a { policy = \"read\" }",
        "key_prefix \"\\ud800\" { policy = \"read\" }",
        "key_prefix \"\\q\" { policy = \"read\" }",
        "key_prefix <<X\na\nX\n { policy = \"read\" }",
        "ky_prefix \"a\" { policy = \"deny\" }",
        "service \"a\" { policy = \"list\" }",
        "service \"a\" { policy = \"read\" intentions = \"all\" }",
        "key \"a\" { policy = \"read\" intentions = \"read\" }",
        "acl \"a\" { policy = \"read\" }",
        "acl_prefix = \"read\"",
        "acl = \"list\"",
        "acl =",
        "}",
        "/* no end",
        "{\"key\": {\"a\": {\"policy\": \"deny\"}}, \"key\": {\"a\": {\"policy\": \"write\"}}}",
        "{\"key\": {\"a\": {\"policy\": 1}}}",
        "{\"key\": {\"a\": {\"policy\": {\"b\": {}}}}}",
        "{\"key\": [[{\"a\": {\"policy\": \"read\"}}]]}",
        "{\"key\": {\"a\": {\"policy\": \"read\"}}} trailing",
        "{\"key\": null}",
        "{"
      })
  void whatIsNotUnderstoodIsRefusedAsAWhole(String text) {
    assertThatThrownBy(() -> Rules.parse(text))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("Failed to parse ACL rules: ");
  }

  @Test
  void whatIsDeepOrLongCostsLittle() {
    int much = Rules.MAX_BYTES;
    for (String text :
        List.of(
            "a {".repeat(much / 3),
            "{\"a\":".repeat(much / 5),
            "{\"a\":" + "[".repeat(much - 5),
            "\"".repeat(much),
            "/*".repeat(much / 2),
            "key \"".repeat(much / 5),
            "x".repeat(much + 1))) {
      assertThatThrownBy(() -> Rules.parse(text)).isInstanceOf(Refusal.class);
    }
  }

  @Test
  void ofSeveralPoliciesWhatDeniesCountsOrElseWhatGivesMore() {
    Rules merged =
        Rules.merged(
            List.of(
                Rules.parse(
                    "key \"a\" { policy = \"write\" } key_prefix \"b\" { policy = \"read\" }"),
                Rules.parse(
                    "key \"a\" { policy = \"deny\" } key_prefix \"b\" { policy = \"list\" }"),
                Rules.parse(
                    "key \"a\" { policy = \"read\" } key_prefix \"b/c\" { policy = \"read\" }")));
    assertThat(merged.of(KEY, "a")).contains(DENY);
    assertThat(merged.of(KEY, "b")).contains(LIST);
    assertThat(merged.of(KEY, "b/c")).contains(READ);
  }

  @Test
  void whoManagesMayDoEverything() {
    Grant all = new Grant("", Rules.parse(AclPolicy.MANAGEMENT.rules()), DENY);
    for (Resource resource : Resource.values()) {
      boolean may =
          resource.isNamed() ? all.allows(resource, "x", WRITE) : all.allows(resource, WRITE);
      assertThat(may).as(resource.word()).isTrue();
    }
    assertThat(all.allowsAll(Resource.KEY, "", Level.WRITE)).isTrue();
    assertThat(all.allowsIn("any", WRITE)).isTrue();
  }

  @Test
  void whatIsGivenToEverybodyIsNeverTheTokens() {
    Grant nobody = new Grant("", Rules.none(), WRITE);
    assertThat(nobody.allows(KEY, "x", WRITE)).isTrue();
    assertThat(nobody.allows(Resource.OPERATOR, WRITE)).isTrue();
    assertThat(nobody.allows(Resource.ACL, READ)).isFalse();
  }

  @Test
  void policiesWithoutNamespacesAreAboutTheDefaultOne() {
    Grant consuls = new Grant("", Rules.parse("key_prefix \"\" { policy = \"write\" }"), DENY);
    assertThat(consuls.allowsIn("default", WRITE)).isTrue();
    assertThat(consuls.allowsIn("team", READ)).isFalse();
    Grant own =
        new Grant(
            "",
            Rules.parse(
                "namespace_prefix \"t\" { policy = \"read\" } namespace \"default\" { policy = \"deny\" }"),
            DENY);
    assertThat(own.allowsIn("team", READ)).isTrue();
    assertThat(own.allowsIn("team", WRITE)).isFalse();
    assertThat(own.allowsIn("default", READ)).isFalse();
  }
}
