package org.signonflow.rollout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.FlowFields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** How a list is read: a valid one becomes requests, an invalid one is answered with all its errors. */
class RollOutListTest {

    private static final String ID = "11111111-2222-3333-4444-555555555555";
    private static final Settings OWN = new Settings("Spring", "own", Map.of());

    private final RollOutList list = new RollOutList(new FlowFields(List.of("production", "sandbox"), true));

    private static InputStream utf8(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Request> read(String text, Settings settings) {
        try {
            return list.read(utf8(text), settings);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private List<Request> read(String text) {
        return read(text, OWN);
    }

    private BadList refused(InputStream text, Settings settings) {
        return catchThrowableOfType(BadList.class, () -> list.read(text, settings));
    }

    /** The problems as texts such as {@code 2 policyName: is required.} */
    private List<String> problems(String text, Settings settings) {
        return refused(utf8(text), settings).problems().stream().map(RollOutListTest::text).toList();
    }

    private List<String> problems(String text) {
        return problems(text, OWN);
    }

    private static String text(Problem problem) {
        return problem.line() + " " + problem.field() + ": " + problem.reason();
    }

    private static Settings settings(String policy, String... values) {
        return new Settings("Spring", policy, IntStream.range(0, values.length / 2).boxed()
            .collect(Collectors.toMap(i -> values[2 * i], i -> values[2 * i + 1])));
    }

    @Test
    void rowsGetDefaultsAndBlankCellsAreOmitted() {
        List<Request> requests = read("""
            applicationName,policyName,bundleId,environment,assignmentPriority,applicationDescription
            A,Policy_A,com.a,production,02,
            B,Policy_B, ,,3.0,"two words"
            """, settings("own", "scopes", "email", "applicationDescription", "of all", "authenticators", " "));

        assertThat(requests).containsExactly(
            new Request(2, Map.of("environment", "production", "applicationName", "A", "applicationDescription", "of all",
                "bundleId", "com.a", "scopes", "email", "policyName", "Policy_A", "authenticators", "authenticator", "assignmentPriority", "2",
                "policy", "own")),
            new Request(3, Map.of("environment", "sandbox", "applicationName", "B", "applicationDescription", "two words",
                "scopes", "email", "policyName", "Policy_B", "authenticators", "authenticator", "assignmentPriority", "3",
                "policy", "own")));
    }

    @Test
    void existingApplicationsHaveTheirOwnDefaults() {
        assertThat(read("applicationId,policyName\n" + ID + ",P")).containsExactly(new Request(2, Map.of("environment", "sandbox",
            "applicationId", ID, "policyName", "P", "authenticators", "sms,email", "assignmentPriority", "1", "policy", "own")));
    }

    @Test
    void jsonIsEquivalent() {
        String csv = "applicationName,policyName,assignmentPriority,bundleId\nA,P,7,\n";
        String json = " \n[{\"applicationName\": \"A\", \"policyName\": \"P\", \"assignmentPriority\": 7, \"bundleId\": null}]\n";

        assertThat(read(json)).extracting(Request::values).isEqualTo(read(csv).stream().map(Request::values).toList());
        assertThat(read(json)).extracting(Request::line).containsExactly(1);
        assertThat(read("[{\"applicationName\": true, \"policyName\": \"P\"}]")).extracting(request -> request.values()
            .get("applicationName")).containsExactly("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"applicationName,policyName\nA,P", "applicationName;policyName\nA;P", "applicationName\tpolicyName\nA\tP",
        "\uFEFFapplicationName;policyName\r\nA;P\r\n", "\"applicationName\";\"policyName\"\n\"A\";\"P\"\n",
        "\n\n applicationName , policyName \r A , P \r", "policyName;applicationName\nP;A\n;\n\n ; \n"})
    void separatorsMarksAndLineEndsAreRecognised(String csv) {
        assertThat(read(csv)).extracting(request -> request.values().get("applicationName"), request -> request.values().get("policyName"))
            .containsExactly(org.assertj.core.groups.Tuple.tuple("A", "P"));
    }

    @Test
    void quotedCellsMayContainSeparatorsAndQuotes() {
        assertThat(read("applicationName,policyName\n\"A, \"\"the\"\" first; \",P\n")).extracting(request -> request.values()
            .get("applicationName")).containsExactly("A, \"the\" first; ");
        assertThat(read("applicationName,policyName\nÄ€𝄞 =cmd(),P\n")).extracting(request -> request.values().get("applicationName"))
            .containsExactly("Ä€𝄞 =cmd()");
    }

    @Test
    void aRowsLineIsWhereItBegins() {
        assertThat(problems("applicationName,policyName\r\n\"A\r\nB\r\n\r\nC\",P\r\n\r\nD,\r\nE,Q\rF,Ä\n")).containsExactly(
            "2 applicationName: must not contain line breaks, other control characters or invalid characters.",
            "7 policyName: is required.", "9 policyName: must be 1 to 256 letters, digits or _ . -, or an absolute URI without a port.");
    }

    @Test
    void everyInvalidRowIsReported() {
        assertThat(problems("""
            environment,applicationName,policyName,colour,noDevicesMode,policyName,applicationId
            test,A,P,,,,
            ,,Q,,,,
            ,C,R
            ,D,S,,BLOCK,,
            ,E,T,,,,%s
            ,,U,,,,%s
            """.formatted(ID, ID))).containsExactly(
            "1 colour: is not one of environment, applicationName, applicationDescription, redirectUris, bundleId, packageName, scopes, "
                + "applicationId, policyName, policyDescription, authenticators, deviceAuthenticationPolicyId, noDevicesMode, "
                + "assignmentPriority.",
            "1 policyName: occurs twice.",
            "2 environment: must be one of production, sandbox.",
            "3 applicationName: is required, unless applicationId names an existing application.",
            "4 null: has 3 cells, but the header has 7.",
            "5 noDevicesMode: is only allowed together with deviceAuthenticationPolicyId.",
            "6 applicationId: cannot be combined with applicationName: an application is either new or existing.",
            "7 applicationId: a list must not mix new and existing applications; line 2 is new.");
    }

    @Test
    void invalidJsonElementsAreReportedLikewise() {
        assertThat(problems("""
            [{"applicationName": "A", "policyName": {"deep": [1, {"policyName": 2}]}, "<b>": [], "applicationName": "B"},
             [1, 2], "text", null,
             {"policyName": "line\\nbreak"}]""")).containsExactly(
            "1 policyName: must be a string, number or boolean.",
            "1 ?b?: is not one of " + String.join(", ", Columns.ALL) + ".",
            "1 applicationName: occurs twice.",
            "1 policyName: is required.",
            "2 null: is no object.", "3 null: is no object.", "4 null: is no object.",
            "5 applicationName: is required, unless applicationId names an existing application.",
            "5 policyName: must not contain line breaks, other control characters or invalid characters.");
    }

    @Test
    void uniquenessIsCheckedPerEnvironment() {
        assertThat(problems("""
            environment,applicationName,policyName,bundleId,packageName
            ,A,P,com.a,com.a
            production,A,P,com.a,com.a
            sandbox,A,P,com.a,com.a
            ,a,p,com.A,com.A
            ,B,Ä,,
            ,C,Ä,,
            """)).containsExactly("4 applicationName: is the same as in line 2.", "4 bundleId: is the same as in line 2.",
            "4 packageName: is the same as in line 2.", "4 policyName: is the same as in line 2.",
            "6 policyName: must be 1 to 256 letters, digits or _ . -, or an absolute URI without a port.",
            "7 policyName: must be 1 to 256 letters, digits or _ . -, or an absolute URI without a port.");
        assertThat(problems("applicationId,policyName\n%s,P\n%s,Q\n".formatted(ID, ID))).containsExactly(
            "3 applicationId: is the same as in line 2.");
    }

    @Test
    void fieldsOfNewApplicationsAreForThemOnly() {
        assertThat(problems("applicationId,policyName,scopes\n%s,P,email\n".formatted(ID), settings("own", "bundleId", "com.a")))
            .containsExactly("0 bundleId: is only allowed for new applications.", "2 scopes: is only allowed for new applications.");
    }

    @Test
    void aDevicePolicyReplacesAuthenticators() {
        assertThat(read("applicationName,policyName,deviceAuthenticationPolicyId\nA,P,%s\nB,Q,\n".formatted(ID),
            settings("own", "authenticators", "voice"))).extracting(request -> request.values().get("authenticators"))
            .containsExactly(null, "voice");
    }

    @Test
    void authenticatorsAreNotAllowedBesideADevicePolicy() {
        String refusal = "authenticators: is not allowed together with deviceAuthenticationPolicyId, which replaces it.";
        assertThat(problems("applicationName,policyName,authenticators,deviceAuthenticationPolicyId\nA,P,sms,%s\nB,Q,,%s\nC,R,sms,\n"
            .formatted(ID, ID))).containsExactly("2 " + refusal);
        assertThat(problems("applicationName,policyName,authenticators\nA,P,sms\nB,Q,\n", settings("own",
            "deviceAuthenticationPolicyId", ID))).containsExactly("2 " + refusal);
        for (String policy : List.of("own", "shared")) {
            assertThat(problems("applicationName,policyName\nA,%s\n".formatted(policy.equals("own") ? "P" : ""), settings(policy,
                "policyName", "All", "authenticators", "sms", "deviceAuthenticationPolicyId", ID))).containsExactly("0 " + refusal);
        }
    }

    @Test
    void aSharedPolicyIsCreatedOncePerEnvironment() {
        List<Request> requests = read("applicationName,environment,assignmentPriority\nA,,\nB,production,5\nC,,\n", settings("shared",
            "policyName", "All", "policyDescription", "For all", "deviceAuthenticationPolicyId", ID, "noDevicesMode", "BLOCK"));

        assertThat(requests).contains(
            new Request(3, Map.of("environment", "production", "applicationName", "B", "scopes", "profile", "policyName", "All",
                "assignmentPriority", "5", "policy", "shared")),
            new Request(0, Map.of("environment", "sandbox", "policyName", "All", "policyDescription", "For all",
                "deviceAuthenticationPolicyId", ID, "noDevicesMode", "BLOCK", "policy", "shared")),
            new Request(-1, Map.of("environment", "production", "policyName", "All", "policyDescription", "For all",
                "deviceAuthenticationPolicyId", ID, "noDevicesMode", "BLOCK", "policy", "shared")));
        assertThat(requests).extracting(Request::line).containsExactly(2, 3, 4, 0, -1);
    }

    @Test
    void aSharedPolicysAuthenticatorsAreThoseOfItsApplications() {
        assertThat(read("applicationId\n" + ID, settings("shared", "policyName", "All")).get(1).values())
            .isEqualTo(Map.of("environment", "sandbox", "policyName", "All", "authenticators", "sms,email", "policy", "shared"));
        assertThat(read("applicationName\nA", settings("shared", "policyName", "All")).get(1).values())
            .containsEntry("authenticators", "authenticator");
    }

    @Test
    void anExistingPolicyIsGivenByNameOnly() {
        assertThat(read("applicationName\nA\n", settings("existing", "policyName", "Single_Factor"))).containsExactly(new Request(2,
            Map.of("environment", "sandbox", "applicationName", "A", "scopes", "profile", "policyName", "Single_Factor",
                "assignmentPriority", "1", "policy", "existing")));
        assertThat(problems("applicationName\nA\n", settings("existing", "authenticators", "sms"))).containsExactly(
            "0 authenticators: is only allowed for new policies.", "0 policyName: is required.");
    }

    @Test
    void aPolicyForAllCannotBeOverriddenByARow() {
        assertThat(problems("applicationName,policyName,authenticators,noDevicesMode\nA,P,sms,\n", settings("shared", "policyName", "All",
            "noDevicesMode", "BLOCK"))).containsExactlyInAnyOrder(
            "0 noDevicesMode: is only allowed together with deviceAuthenticationPolicyId.",
            "2 policyName: is the same for all applications: set it once, outside the list.",
            "2 authenticators: is the same for all applications: set it once, outside the list.");
    }

    /** Names that PingOne now refuses were accepted in the past. */
    @Test
    void anExistingPolicyMayHaveAnyName() {
        assertThat(read("applicationName\nA\n", settings("existing", "policyName", "Single factor (2019) \u00fc"))).singleElement()
            .satisfies(request -> assertThat(request.values()).containsEntry("policyName", "Single factor (2019) \u00fc"));
        assertThat(problems("applicationName\nA\n", settings("existing", "policyName", "a\nb"))).containsExactly(
            "0 policyName: must not contain line breaks, other control characters or invalid characters.");
        assertThat(problems("applicationName\nA\n", settings("shared", "policyName", "Single factor"))).containsExactly(
            "0 policyName: must be 1 to 256 letters, digits or _ . -, or an absolute URI without a port.");
        assertThat(problems("applicationName,policyName\nA,Single factor\n")).containsExactly(
            "2 policyName: must be 1 to 256 letters, digits or _ . -, or an absolute URI without a port.");
    }

    @Test
    void settingsAreCheckedOnceAndFirst() {
        assertThat(problems("applicationName,policyName\nA,\nB,\n", new Settings("", "mine", Map.of("environment", "<script>"))))
            .containsExactly(
            "0 policy: must be one of own, shared, existing.", "0 name: is required.", "0 environment: must be one of production, sandbox.",
            "2 policyName: is required.", "3 policyName: is required.");
        assertThat(problems("applicationName,policyName\nA,P\n", new Settings("x".repeat(256), null, Map.of("outcome", "1"))))
            .containsExactly(
            "0 name: must have at most 255 characters, not 256.",
            "0 outcome: is not one of " + String.join(", ", Columns.ALL) + ".");
        assertThat(problems("applicationName,policyName\nA,P\n", new Settings("a\nb", " ", null)))
            .containsExactly("0 name: must not contain line breaks, other control characters or invalid characters.");
        assertThat(read("applicationName,policyName\nA,P\n", new Settings("x".repeat(255), null, null))).hasSize(1);
    }

    /** It is the roll-out's, and no setting of its rows. */
    @Test
    void theReasonIsCheckedAsThatOfAFlow() {
        assertThat(read("applicationName,policyName\nA,P\n", settings("own", "reason", "because")).get(0).values())
            .doesNotContainKey("reason");
        assertThat(problems("applicationName,policyName\nA,P\n", settings("own", "reason", "x".repeat(1_001))))
            .containsExactly("0 reason: must have at most 1,000 characters, not 1,001.");
        assertThat(problems("applicationName,policyName,reason\nA,P,x\n"))
            .containsExactly("1 reason: is not one of " + String.join(", ", Columns.ALL) + ".");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
        "''|The list is empty.", "' \n\t '|The list is empty.", "[]|The list contains no applications.",
        "'applicationName,policyName\n\n ,\n'|The list contains no applications.",
        "'A,P\nB,Q\n'|The list does not begin with a header", "{\"applicationName\": \"A\"}|The list does not begin with a header",
        "[{\"applicationName\": \"A\"|The list is not valid JSON from line 1, column 25 on.",
        "'[\n{\"applicationName\": A}]'|The list is not valid JSON from line 2, column", "[{}] []|The list has content after its end.",
        "[{\"assignmentPriority\": 1111111111.}]|The list is not valid JSON from line 1"})
    void anythingButAListIsRefusedWithASentence(String text, String sentence) {
        assertThat(problems(text).get(0)).contains("null: " + sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"B,Q\nC,R\n", "\"B\"x,Q\nC,R\n"})
    void brokenQuotesAreReportedWithTheErrorsBeforeThem(String rest) {
        assertThat(problems("applicationName,policyName\nA,\n" + rest)).containsExactly(
            "3 null: In the row that begins here, a quote is not closed or is followed by more text.", "2 policyName: is required.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1"})
    void anotherEncodingIsReported(String encoding) {
        byte[] bytes = "applicationName,policyName\nÄpfel,P\n".getBytes(Charset.forName(encoding));
        assertThat(refused(new ByteArrayInputStream(bytes), OWN).problems()).extracting(Problem::reason)
            .containsExactly("The list is not UTF-8 text. Save it from a spreadsheet as \"CSV UTF-8\".");
    }

    @Test
    void nulCharactersAreRefused() {
        assertThat(problems("applicationName,policyName\nA\0,P\n")).singleElement().asString().contains("not UTF-8 text");
        assertThat(problems("applicationName,policyName\n" + ",\n".repeat(5_000) + "A\0,P\n")).containsExactly(
            "5002 applicationName: must not contain line breaks, other control characters or invalid characters.");
        assertThat(problems("[{\"applicationName\": \"A\\u0000\", \"policyName\": \"P\"}]")).containsExactly(
            "1 applicationName: must not contain line breaks, other control characters or invalid characters.");
    }

    @Test
    void tenThousandRowsAreAcceptedAndNotOneMore() {
        String rows = IntStream.range(0, 10_000).mapToObj(i -> "App %d,Policy_%d,com.example.app%d\n".formatted(i, i, i))
            .collect(Collectors.joining());
        String csv = "applicationName,policyName,bundleId\n" + rows;

        List<Request> requests = read(csv);
        assertThat(requests).hasSize(10_000);
        assertThat(requests.get(9_999)).isEqualTo(new Request(10_001, Map.of("environment", "sandbox", "applicationName", "App 9999",
            "bundleId", "com.example.app9999", "scopes", "profile", "policyName", "Policy_9999", "authenticators", "authenticator",
            "assignmentPriority", "1", "policy", "own")));
        assertThat(problems(csv + "App,Policy,com.example\n")).containsExactly("10002 null: The list has more than 10,000 applications.");
        assertThat(problems("[" + "{},".repeat(10_000) + "{}]")).startsWith("10001 null: The list has more than 10,000 applications.");
    }

    @Test
    void theFirstThousandProblemsAreReported() {
        BadList bad = refused(utf8("applicationName,policyName\n" + "A,\n".repeat(2_000)), new Settings(null, "own", null));

        assertThat(bad.problems()).hasSize(1_000).startsWith(new Problem(0, "name", "is required."),
            new Problem(2, "policyName", "is required."));
        assertThat(bad.more()).isEqualTo(1 + 2_000 + 1_999 - 1_000);
        assertThat(bad).hasMessageStartingWith("name: is required. Line 2, policyName: is required.")
            .hasMessageEndingWith("And 3,990 more.");
    }

    @Test
    void cellsAreBounded() {
        assertThat(problems("applicationName,policyName,scopes\nA,P," + "x".repeat(4_001) + "\nB,Q," + "x".repeat(4_000) + "\n"))
            .containsExactly("2 scopes: must have at most 4,000 characters, not 4,001.");
        assertThat(problems("[{\"applicationName\": \"A\", \"policyName\": \"P\", \"scopes\": \"" + "x".repeat(8_000_000) + "\"}]"))
            .containsExactly("1 scopes: must have at most 4,000 characters, not 8,000,000.");
        assertThat(problems("applicationName,policyName\nA,P\nB," + "x".repeat(8_000_000) + "\n"))
            .containsExactly("3 null: The line is longer than 100,000 characters.");
        assertThat(problems("applicationName,policyName\nA,P\nB,\"" + "x\n".repeat(90_000) + "\"\n"))
            .containsExactly("3 policyName: must have at most 4,000 characters, not 180,000.");
        assertThat(problems("applicationName,policyName\nA,P\nB,\"" + "x\n".repeat(4_000_000) + "\"\n"))
            .containsExactly("100001 null: The list has more than 100,000 lines.");
        assertThat(problems("applicationName,policyName\nA,P\n" + "\n".repeat(8_000_000)))
            .containsExactly("100001 null: The list has more than 100,000 lines.");
        assertThat(problems("applicationName,policyName\n" + ",".repeat(8_000_000) + "\n"))
            .containsExactly("2 null: The line is longer than 100,000 characters.");
        assertThat(problems("[{\"assignmentPriority\": " + "1".repeat(8_000_000) + "}]").get(0))
            .contains("1 null: The list is not valid JSON");
        assertThat(problems("[" + "[".repeat(8_000_000)).get(0)).contains("1 null: The list is not valid JSON");
    }

    @Test
    void theFileIsBounded() {
        String header = "applicationName,policyName\nA,P\n";
        String blank = (" ".repeat(90_000) + "\n").repeat(100).substring(0, RollOutList.MOST_BYTES - header.length());
        assertThat(read(header + blank)).hasSize(1);
        assertThat(problems(header + blank + " ")).containsExactly("0 null: The list is longer than 8 MiB.");
        assertThat(problems("[" + " ".repeat(9 << 20) + "]")).containsExactly("0 null: The list is longer than 8 MiB.");
        assertThat(problems(header + "A,\n".repeat(90_000)).subList(0, 2)).containsExactly(
            "10002 null: The list has more than 10,000 applications.", "3 policyName: is required.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "A,P\n", "\"", "[{},", "[ "})
    void anEndlessStreamIsAbandoned(String piece) {
        EndlessStream endless = new EndlessStream(piece.startsWith("[") ? "[" : "applicationName,policyName\n",
            piece.startsWith("[") ? piece.substring(1) : piece);

        assertThat(refused(endless, OWN).problems()).isNotEmpty();
        assertThat(endless.taken).isLessThanOrEqualTo(RollOutList.MOST_BYTES + 1);
    }

    @Test
    void aFailingStreamIsNotAnInvalidList() {
        for (String start : List.of("", "applicationName,policyName\nA,P\n", "[{\"applicationName\": ")) {
            InputStream broken = new EndlessStream(start, null);
            assertThatThrownBy(() -> list.read(broken, OWN)).isExactlyInstanceOf(IOException.class).hasMessage("connection reset");
        }
    }

    /** Repeats the same content for ever, or fails. */
    private static final class EndlessStream extends InputStream {
        private final byte[] start;
        private final byte[] piece;
        private int taken;

        private EndlessStream(String start, String piece) {
            this.start = start.getBytes(StandardCharsets.UTF_8);
            this.piece = piece == null ? null : piece.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int read() throws IOException {
            int at = taken++;
            if (at < start.length) {
                return start[at];
            }
            if (piece == null) {
                throw new IOException("connection reset");
            }
            return piece[(at - start.length) % piece.length];
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            for (int i = 0; i < length; i++) {
                buffer[offset + i] = (byte) read();
            }
            return length;
        }
    }
}
