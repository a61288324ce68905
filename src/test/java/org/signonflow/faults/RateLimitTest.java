package org.signonflow.faults;

import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.Test;
import org.signonflow.Table;
import org.signonflow.harness.SandboxControl.Request;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** PingOne refuses everything with 429 for a while: no flow returns earlier than told, no attempt is used up, and every flow ends. */
class RateLimitTest extends FaultHarness {

    private static final Duration STORM = Duration.ofSeconds(runs(2, 30));
    private static final int FLOWS = runs(4, 10);

    /** Our own choice if PingOne does not say, or says nonsense. */
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private final Table table = new Table("429 for %d s, maximum %d s".formatted(STORM.toSeconds(), MAX_RETRY_AFTER.toSeconds()),
        "Retry-After", "flows", "passed", "completed", "429s", "too early", "most 429s to a flow", "attempts used");
    private final SoftAssertions softly = new SoftAssertions();

    @Test
    void noFlowReturnsEarlierThanTold() {
        storm("1", at -> at.plusSeconds(1));
        storm(null, at -> at.plus(PAUSE));
        Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(STORM).plusSeconds(1);
        storm(http(date), at -> date.isBefore(at.plus(MAX_RETRY_AFTER)) ? date : at.plus(MAX_RETRY_AFTER));
        storm("86400", at -> at.plus(MAX_RETRY_AFTER));
        storm("0", at -> at.plus(SHORTEST_PAUSE));
        if (FULL) {
            storm("5", at -> at.plusSeconds(5));
            storm("-1", at -> at.plus(PAUSE));
            storm("abc", at -> at.plus(PAUSE));
            storm(http(Instant.EPOCH.plus(1000, ChronoUnit.DAYS)), at -> at.plus(SHORTEST_PAUSE));
        }
        table.print();
        softly.assertAll();
    }

    private void storm(String retryAfter, UnaryOperator<Instant> notBefore) {
        String title = retryAfter == null ? "absent" : retryAfter;
        startFresh();
        String headers = retryAfter == null ? "" : ",'headers':{'Retry-After':'%s'}".formatted(retryAfter);
        // The first calls pass, so that the storm hits the flows at different steps.
        CONTROL.fault("{'path':'/**','skip':%d,'times':1000000,'effect':'status','status':429%s}", FLOWS, headers);
        Invariants invariants = new Invariants(CONTROL);
        Flows flows = start(Flow.MFA, null, FLOWS);
        List<Integer> retries = new ArrayList<>();
        Awaitility.await().atMost(STORM.plusSeconds(30)).pollInterval(Duration.ofMillis(200)).until(() -> {
            failedJobs(flows).stream().map(Job::getRetries).forEach(retries::add);
            return !retries.isEmpty() && firstLimited().map(first -> Instant.now().isAfter(first.plus(STORM))).orElse(false);
        });
        CONTROL.clearFaults();
        flows.awaitEnd(Duration.ofSeconds(30));

        Invariants.Findings findings = invariants.check(flows);
        long early = findings.requests().values().stream().mapToLong(requests -> tooEarly(requests, notBefore)).sum();
        long limited = findings.requests().values().stream().mapToLong(RateLimitTest::limited).sum();
        long most = findings.requests().values().stream().mapToLong(RateLimitTest::limited).max().orElseThrow();
        int used = Invariants.ATTEMPTS - retries.stream().min(Comparator.naturalOrder()).orElse(0);
        table.row(title, FLOWS, findings.passed(), flows.count("COMPLETED"), limited, early, most, used);
        softly.assertThat(findings.all()).as(title).isEmpty();
        softly.assertThat(flows.count("COMPLETED")).as(title + ": completed").isEqualTo(FLOWS);
        softly.assertThat(early).as(title + ": too early").isZero();
        softly.assertThat(used).as(title + ": attempts used").isZero();
    }

    /** How many requests of a step were sent before the time given by the previous reply. */
    private static long tooEarly(List<Request> requests, UnaryOperator<Instant> notBefore) {
        Map<String, List<Request>> steps = requests.stream().collect(Collectors.groupingBy(request ->
            request.method() + request.path()));
        long early = 0;
        for (List<Request> step : steps.values()) {
            for (int i = 1; i < step.size(); i++) {
                Request before = step.get(i - 1);
                if (before.status() == 429 && step.get(i).at().isBefore(notBefore.apply(before.at()))) {
                    early++;
                }
            }
        }
        return early;
    }

    /** When the storm reached the first flow: after a cold start this takes a while. */
    private static Optional<Instant> firstLimited() {
        return CONTROL.ledger().stream().filter(request -> request.status() == 429).map(Request::at).findFirst();
    }

    private static long limited(List<Request> requests) {
        return requests.stream().filter(request -> request.status() == 429).count();
    }

    private List<Job> failedJobs(Flows flows) {
        return engine.getManagementService().createJobQuery().withException().list().stream()
            .filter(job -> flows.all().stream().anyMatch(flow -> flow.instanceId().equals(job.getProcessInstanceId()))).toList();
    }

    private static String http(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }
}
