package org.signonflow.journal;

import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.harness.SettableClock;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneError;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Timeouts;
import org.signonflow.pingone.TokenAuthentication;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.signonflow.pingone.PingOneException.Outcome.NOT_NOW;
import static org.signonflow.pingone.PingOneException.Outcome.REFUSED;
import static org.signonflow.pingone.PingOneException.Outcome.UNKNOWN;

/** The journal against a database and a scripted PingOne: when it sends, when it looks, when it waits, and what it writes down. */
class JournalTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration SETTLE_AFTER = Duration.ofSeconds(30);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(120);
    private static final Duration CONSISTENCY_PATIENCE = Duration.ofMinutes(2);
    private static final String ID = "633d1e1a-e492-4f93-80e8-a76dcf323e82";
    private static final String OTHER_ID = "7bf52bba-ef9a-47ac-9163-4310f3208409";
    private static final Step STEP = new Step("instance-1", "Task_CreateThing", "sandbox", "requester");
    private static final Step OTHERS_STEP = new Step("instance-2", "Task_CreateThing", "sandbox", null);

    private final MockWebServer server = new MockWebServer();
    private final SettableClock clock = new SettableClock(NOON);
    private final Thing thing = new Thing();
    private Duration pingOneIsAhead = Duration.ZERO;
    private JdbcClient jdbc;
    private TransactionTemplate transaction;
    private Journal journal;
    private PingOneClient pingone;
    /** The ids of what PingOne lists beside the thing, and of what it could be in; null where it says that the latter is not there. */
    private List<String> listed;
    private List<String> parents = List.of();

    private static String list(String collection, List<String> ids) {
        return "{\"_embedded\":{\"%s\":[%s]},\"size\":%d}".formatted(collection,
            String.join(",", ids.stream().map("{\"id\":\"%s\"}"::formatted).toList()), ids.size());
    }

    /** An object to be made, with the answers of PingOne in the order in which they are given, and what was asked of it. */
    private static final class Thing implements Creation {
        private final List<String> calls = new ArrayList<>();
        private final List<Supplier<String>> answers = new ArrayList<>();
        private List<Candidate> there = List.of();
        private boolean contested;
        private Runnable whenLookedFor = () -> { };

        void answers(Supplier<String> answer) {
            answers.add(answer);
        }

        @Override
        public Kind kind() {
            return Kind.GRANT;
        }

        @Override
        public String parentId() {
            return OTHER_ID;
        }

        @Override
        public String naturalKey() {
            return "thing X";
        }

        @Override
        public boolean nameIsContested() {
            return contested;
        }

        @Override
        public String send(PingOneClient pingone, String reference) {
            calls.add("send " + reference);
            return answers.remove(0).get();
        }

        @Override
        public List<Candidate> candidates(PingOneClient pingone, String reference) {
            calls.add("look");
            // A call of any kind: it tells the journal what time PingOne has.
            pingone.readEnvironment();
            whenLookedFor.run();
            return there;
        }

        @Override
        public void delete(PingOneClient pingone, String id) {
            calls.add("delete " + id);
            if (!answers.isEmpty()) {
                answers.remove(0).get();
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        new ResourceDatabasePopulator(new ClassPathResource("db/migration/V1__journal.sql")).execute(database);
        jdbc = JdbcClient.create(database);
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(database);
        transaction = new TransactionTemplate(transactions);
        journal = new Journal(jdbc, transactions, clock, SETTLE_AFTER, LONGEST_CALL, CONSISTENCY_PATIENCE);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (request.getTarget().endsWith("/applications/" + OTHER_ID + "/grants") && listed == null) {
                    return new MockResponse.Builder().code(404).body("{\"code\":\"NOT_FOUND\"}").build();
                }
                String body = request.getTarget().endsWith("/grants") ? list("grants", listed)
                    : request.getTarget().endsWith("/applications") ? list("applications", parents)
                    : request.getTarget().endsWith("/as/token") ? "{\"access_token\":\"t\",\"expires_in\":3600}"
                    : "{\"id\":\"" + ID + "\",\"name\":\"environment\"}";
                return new MockResponse.Builder().code(200).body(body).setHeader("Correlation-Id", "c0ffee")
                    .setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().plus(pingOneIsAhead).atOffset(ZoneOffset.UTC)))
                    .build();
            }
        });
        server.start();
        URI url = server.url("/").uri();
        pingone = new PingOneClient(new PingOneHttp(Timeouts.DEFAULT), new PingOneEnvironment("sandbox", url, url, ID, null, ID, "secret",
            TokenAuthentication.BASIC));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFirstAttemptJustSends() {
        thing.answers(() -> ID);

        assertThat(create()).isEqualTo(ID);

        assertThat(thing.calls).containsExactly("send instance-1");
        Map<String, Object> row = rows().get(0);
        assertThat(row).containsEntry("OUTCOME", "MADE").containsEntry("PINGONE_ID", ID).containsEntry("KIND", "CREATE")
            .containsEntry("ATTEMPT", 1).containsEntry("NATURAL_KEY", "thing X").containsEntry("REQUESTED_BY", "requester")
            .containsEntry("ENVIRONMENT", "sandbox").containsEntry("REFERENCE", "instance-1").containsEntry("OPEN_KEY", null);
    }

    @Test
    void whoIsCalledBeforeSendingIsToldOfTheLastAttemptAndMayForbidIt() {
        List<Optional<Instant>> told = new ArrayList<>();
        thing.answers(() -> fail(NOT_NOW, 429));
        assertThatThrownBy(() -> journal.create(STEP, pingone, thing, told::add)).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(5));
        assertThatThrownBy(() -> journal.create(STEP, pingone, thing, lastTried -> {
            told.add(lastTried);
            throw new IllegalStateException("not now");
        })).hasMessage("not now");
        assertThat(told).containsExactly(Optional.empty(), Optional.of(NOON));
        assertThat(thing.calls).as("sent once").containsExactly("send instance-1");
        assertThat(outcomes()).as("and nothing written down of what was not").containsExactly("NOT_NOW");
    }

    @Test
    void whatIsThereIsAdoptedWithoutAskingWhetherItMayBeSent() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.certain(ID));
        assertThat(journal.create(STEP, pingone, thing, lastTried -> {
            throw new IllegalStateException("not now");
        })).isEqualTo(ID);
    }

    @Test
    void begunAndEndedStayWhenTheEngineLosesItsTransaction() {
        thing.answers(() -> {
            assertThat(outcomes()).as("begun before it is sent").containsExactly((String) null);
            return ID;
        });
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
            create();
            throw new IllegalStateException("the engine's transaction fails");
        })).hasMessageContaining("the engine's");
        assertThat(outcomes()).containsExactly("MADE");

        assertThat(create()).isEqualTo(ID);
        assertThat(thing.calls).as("no call at all").containsExactly("send instance-1");
    }

    @Test
    void anUnfinishedCallIsAdoptedWhenItsObjectIsThere() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(outcomes()).containsExactly((String) null);
        thing.there = List.of(Candidate.likely(ID, NOON));

        assertThat(create()).isEqualTo(ID);

        assertThat(thing.calls).containsExactly("send instance-1", "look");
        assertThat(outcomes()).containsExactly("ADOPTED");
        assertThat(rows().get(0)).containsEntry("CORRELATION_ID", "c0ffee");
    }

    @Test
    void whereNothingIsThereYetItWaitsAndThenSendsAgain() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(29));
        assertThat(unsettled().notBefore()).contains(NOON.plus(SETTLE_AFTER));
        assertThat(outcomes()).containsExactly((String) null);

        clock.advance(Duration.ofSeconds(1));
        thing.answers(() -> ID);
        assertThat(create()).isEqualTo(ID);

        assertThat(thing.calls).containsExactly("send instance-1", "look", "look", "send instance-1");
        assertThat(outcomes()).containsExactly("NOT_MADE", "MADE");
        assertThat(rows().get(1)).containsEntry("ATTEMPT", 2);
    }

    @Test
    void theWaitBeginsWhenTheReplyWasLostAndNotWhenTheEntryWasBegun() {
        // The token took as long as a call may take, and only then the request left.
        thing.answers(() -> {
            clock.advance(Duration.ofSeconds(50));
            return fail(UNKNOWN, 0);
        });
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(2));

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(50).plus(SETTLE_AFTER));
    }

    @Test
    void aClosedInstanceMakesNothingMore() {
        journal.close(STEP);
        journal.close(STEP);

        assertThat(unsettled().notBefore()).isEmpty();
        assertThat(thing.calls).isEmpty();
        assertThat(jdbc.sql("select outcome from signonflow_journal where kind = 'CREATE'")
            .query(String.class).list()).containsExactly("NOT_NOW");
        Thing others = new Thing();
        others.answers(() -> OTHER_ID);
        assertThat(journal.create(OTHERS_STEP, pingone, others)).as("another instance").isEqualTo(OTHER_ID);
    }

    @Test
    void whereTheParentIsGoneNothingIsThere() {
        thing.answers(() -> fail(UNKNOWN, 503));
        thing.answers(() -> fail(REFUSED, 404));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.whenLookedFor = () -> fail(REFUSED, 404);

        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(outcomes()).containsExactly("NOT_MADE", "REFUSED");
    }

    @Test
    void thatTheParentIsGoneHasToBeSaidTwice() {
        thing.answers(() -> fail(UNKNOWN, 503));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.whenLookedFor = () -> fail(REFUSED, 404);
        parents = List.of(OTHER_ID);

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(3));

        assertThat(thing.calls).containsExactly("send instance-1", "look");
        assertThat(outcomes()).containsExactly((String) null);
    }

    @Test
    void whatWasMadeAfterTheServiceHadFailedIsNotOurs() {
        thing.answers(() -> fail(UNKNOWN, 503));
        thing.answers(() -> fail(REFUSED, 400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(10));
        thing.there = List.of(Candidate.likely(ID, NOON.plusSeconds(3)));

        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(outcomes()).containsExactly("NOT_MADE", "REFUSED");
    }

    @Test
    void whatOthersMayHaveMadeIsGoneOnWithAndNotDeleted() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.alike(ID));
        assertThat(create()).isEqualTo(ID);
        assertThat(outcomes()).containsExactly("FOUND");
        listed = List.of(ID);

        UnsettledException undo = catchThrowableOfType(UnsettledException.class, () -> journal.delete(STEP, pingone, thing, ID));

        assertThat(undo.notBefore()).as("for a person").isEmpty();
        assertThat(undo).hasMessageContaining("thing X with id " + ID + " may be somebody else's");
        assertThat(journal.left("instance-1")).extracting(Made::id).containsExactly(ID);

        listed = List.of();
        journal.delete(STEP, pingone, thing, ID);
        assertThat(outcomes()).containsExactly("FOUND", "GONE");
        assertThat(thing.calls).containsExactly("send instance-1", "look");
    }

    @Test
    void whatPingOneListsIsNotGone() {
        thing.answers(() -> ID);
        create();
        clock.advance(CONSISTENCY_PATIENCE);
        thing.answers(() -> fail(REFUSED, 404));
        listed = List.of(ID);

        assertThat(catchThrowableOfType(UnsettledException.class, () -> journal.delete(STEP, pingone, thing, ID)).notBefore())
            .contains(clock.instant().plusSeconds(3));

        assertThat(journal.left("instance-1")).extracting(Made::id).containsExactly(ID);
        journal.delete(STEP, pingone, thing, ID);
        assertThat(outcomes()).containsExactly("MADE", "NOT_NOW", "DELETED");
    }

    @Test
    void whereTheParentWasOnlyJustMadeItIsNotBelievedToBeGone() {
        Thing parent = new Thing();
        parent.answers(() -> OTHER_ID);
        journal.create(new Step("instance-1", "Task_CreateParent", "sandbox", null), pingone, parent);
        thing.answers(() -> fail(UNKNOWN, 503));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.whenLookedFor = () -> pingone.listGrants(OTHER_ID);

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(3));
        clock.advance(CONSISTENCY_PATIENCE);
        thing.answers(() -> fail(REFUSED, 404));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(outcomes()).containsExactly("MADE", "NOT_MADE", "REFUSED");
    }

    @Test
    void aCallOfWhichThereIsNoWordMayStillBeUnderWay() {
        thing.answers(() -> {
            throw new IllegalStateException("as good as killed");
        });
        assertThatThrownBy(this::create).isInstanceOf(IllegalStateException.class);
        clock.advance(SETTLE_AFTER);

        assertThat(unsettled().notBefore()).contains(NOON.plus(LONGEST_CALL).plus(SETTLE_AFTER));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 503})
    void aServiceThatSaidThatItFailedNeedsNoWait(int status) {
        thing.answers(() -> fail(UNKNOWN, status));
        thing.answers(() -> ID);
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(create()).isEqualTo(ID);
        assertThat(thing.calls).containsExactly("send instance-1", "look", "send instance-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 408, 502, 504})
    void aReplyOfAnotherKindDoesNotSayThatTheCallIsOver(int status) {
        thing.answers(() -> fail(UNKNOWN, status));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(unsettled().notBefore()).contains(NOON.plus(SETTLE_AFTER));
    }

    @Test
    void aRefusalAndANotNowAreNoReasonToLook() {
        thing.answers(() -> fail(NOT_NOW, 429));
        thing.answers(() -> fail(REFUSED, 400));
        thing.answers(() -> ID);
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(create()).isEqualTo(ID);
        assertThat(thing.calls).containsExactly("send instance-1", "send instance-1", "send instance-1");
        assertThat(outcomes()).containsExactly("NOT_NOW", "REFUSED", "MADE");
        assertThat(rows().get(1)).containsEntry("STATUS", 400).containsEntry("ERROR_CODE", null);
    }

    @Test
    void twoThatItMayHaveMadeNeedAPerson() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, NOON), Candidate.likely(OTHER_ID, NOON));

        UnsettledException unsettled = unsettled();

        assertThat(unsettled.notBefore()).isEmpty();
        assertThat(unsettled).hasMessageContaining(ID).hasMessageContaining(OTHER_ID).hasMessageContaining("thing X");
        assertThat(outcomes()).containsExactly((String) null);
    }

    @Test
    void oneWhoseTimeIsNotSaidNeedsAPerson() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, null));

        assertThat(unsettled().notBefore()).isEmpty();
    }

    @Test
    void theOneThatCarriesOurReferenceIsOursWhateverElseIsThere() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(OTHER_ID, NOON), Candidate.certain(ID));

        assertThat(create()).isEqualTo(ID);
    }

    @Test
    void whatIsOlderThanTheCallIsNotOurs() {
        thing.answers(() -> fail(UNKNOWN, 500));
        thing.answers(() -> fail(REFUSED, 400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, NOON.minusSeconds(3)));

        assertThatThrownBy(this::create).isInstanceOfSatisfying(PingOneException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(REFUSED));
        assertThat(outcomes()).containsExactly("NOT_MADE", "REFUSED");
    }

    @Test
    void itsAgeIsMeasuredByPingOnesClock() {
        pingOneIsAhead = Duration.ofMinutes(10);
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(OTHER_ID, NOON.plusSeconds(300)), Candidate.likely(ID, NOON.plusSeconds(600)));
        assertThat(create()).as("the other was made five minutes before").isEqualTo(ID);

        pingOneIsAhead = Duration.ofMinutes(-10);
        Thing late = new Thing();
        late.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, late)).isInstanceOf(PingOneException.class);
        late.there = List.of(Candidate.likely(OTHER_ID, NOON.minusSeconds(600)));
        assertThat(journal.create(OTHERS_STEP, pingone, late)).isEqualTo(OTHER_ID);
    }

    @Test
    void whatAnotherInstanceIsKnownToHaveMadeIsNotOurs() {
        Thing others = new Thing();
        others.answers(() -> ID);
        journal.create(OTHERS_STEP, pingone, others);
        thing.answers(() -> fail(UNKNOWN, 500));
        thing.answers(() -> fail(REFUSED, 400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, NOON));

        assertThatThrownBy(this::create).isInstanceOfSatisfying(PingOneException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(REFUSED));
    }

    @Test
    void aContestedNameIsHeldWhileACallForItIsUnfinished() {
        thing.contested = true;
        Thing others = new Thing();
        others.contested = true;
        others.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, others)).isInstanceOf(PingOneException.class);

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(5));
        assertThat(thing.calls).isEmpty();

        others.there = List.of(Candidate.likely(OTHER_ID, NOON));
        journal.create(OTHERS_STEP, pingone, others);
        thing.answers(() -> fail(REFUSED, 400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(thing.calls).containsExactly("send instance-1");
    }

    @Test
    void aRefusalAfterACallThatArrivedLateIsItsOwnDoing() {
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(SETTLE_AFTER);
        thing.answers(() -> {
            thing.there = List.of(Candidate.likely(ID, NOON.plusSeconds(29)));
            return fail(REFUSED, 400);
        });

        assertThat(create()).isEqualTo(ID);
        assertThat(outcomes()).containsExactly("NOT_MADE", "ADOPTED");
    }

    @Test
    void settlingAloneNeverSends() {
        assertThat(journal.settle(STEP, pingone, thing)).isEmpty();
        thing.answers(() -> fail(UNKNOWN, 500));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(journal.settle(STEP, pingone, thing)).isEmpty();

        assertThat(thing.calls).containsExactly("send instance-1", "look");
        assertThat(journal.stepsThatCreate("instance-1")).containsExactly("Task_CreateThing");
    }

    @Test
    void aDeleteWhoseReplyWasLostIsRepeatedAndGoneIsSuccess() {
        thing.answers(() -> ID);
        create();
        assertThat(journal.left("instance-1")).containsExactly(new Made("Task_CreateThing", "thing X", ID, NOON));
        thing.answers(() -> fail(UNKNOWN, 0));
        assertThatThrownBy(() -> journal.delete(STEP, pingone, thing, ID)).isInstanceOf(PingOneException.class);
        assertThat(journal.left("instance-1")).isNotEmpty();
        thing.answers(() -> fail(REFUSED, 404));

        journal.delete(STEP, pingone, thing, ID);

        assertThat(outcomes()).containsExactly("MADE", "REPEATED", "GONE");
        assertThat(journal.left("instance-1")).isEmpty();
    }

    @Test
    void whatSomethingBeforePingOneDoesNotKnowIsNotGone() {
        thing.answers(() -> ID);
        create();
        thing.answers(() -> {
            throw new PingOneException(REFUSED, "DELETE", "/things", 404, PingOneError.of("no route"), null, null, null);
        });
        assertThatThrownBy(() -> journal.delete(STEP, pingone, thing, ID)).isInstanceOf(PingOneException.class);

        assertThat(journal.left("instance-1")).extracting(Made::id).containsExactly(ID);
    }

    @Test
    void whatWasDeletedIsNotDeletedAgain() {
        thing.answers(() -> ID);
        create();
        journal.delete(STEP, pingone, thing, ID);
        journal.delete(new Step("instance-1", "Task_DeleteThing", "sandbox", null), pingone, thing, ID);

        assertThat(thing.calls).containsExactly("send instance-1", "delete " + ID);
        assertThat(outcomes()).containsExactly("MADE", "DELETED");
    }

    @Test
    void whatWasOnlyJustMadeIsNotBelievedToBeGone() {
        thing.answers(() -> ID);
        create();
        thing.answers(() -> fail(REFUSED, 404));
        UnsettledException unsettled = catchThrowableOfType(UnsettledException.class, () -> journal.delete(STEP, pingone, thing, ID));
        assertThat(unsettled.notBefore()).contains(NOON.plusSeconds(3));
        assertThat(unsettled).hasMessage("PingOne does not know thing X yet, which was only just made.");

        clock.advance(CONSISTENCY_PATIENCE.minusSeconds(1));
        thing.answers(() -> fail(REFUSED, 404));
        assertThat(catchThrowableOfType(UnsettledException.class, () -> journal.delete(STEP, pingone, thing, ID)).notBefore())
            .contains(NOON.plus(CONSISTENCY_PATIENCE));

        clock.advance(Duration.ofSeconds(1));
        thing.answers(() -> fail(REFUSED, 404));
        journal.delete(STEP, pingone, thing, ID);
        assertThat(outcomes()).containsExactly("MADE", "NOT_NOW", "NOT_NOW", "GONE");
    }

    @Test
    void tellsWhatMayAppearFromWhatIsGoneForGood() {
        thing.answers(() -> ID);
        create();
        assertThat(journal.mayAppear(List.of("instance-2", "instance-1"), List.of(OTHER_ID, ID))).contains(NOON.plusSeconds(3));
        assertThat(journal.mayAppear(List.of("instance-2"), List.of(ID))).as("made by another").isEmpty();
        assertThat(journal.mayAppear(List.of("instance-1"), List.of(OTHER_ID))).as("made by nobody we know").isEmpty();
        clock.advance(Duration.ofSeconds(1));
        journal.delete(STEP, pingone, thing, ID);
        assertThat(journal.mayAppear(List.of("instance-1"), List.of(ID))).as("deleted").isEmpty();
    }

    @Test
    void oursIsWhatTheInstanceMadeAndWhatAnyHasDeleted() {
        thing.answers(() -> ID);
        create();
        Thing others = new Thing();
        others.answers(() -> OTHER_ID);
        journal.create(OTHERS_STEP, pingone, others);
        assertThat(journal.ours("instance-1", List.of(ID, OTHER_ID))).containsExactly(ID);
        journal.delete(OTHERS_STEP, pingone, others, OTHER_ID);
        assertThat(journal.ours("instance-1", List.of(ID, OTHER_ID))).containsExactlyInAnyOrder(ID, OTHER_ID);
        assertThat(journal.ours("instance-1", List.of())).isEmpty();
    }

    @Test
    void aDeleteThatIsRefusedFails() {
        thing.answers(() -> fail(REFUSED, 400));
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> journal.delete(STEP, pingone, thing, ID));

        assertThat(failure.status()).isEqualTo(400);
        assertThat(outcomes()).containsExactly("REFUSED");
    }

    @Test
    void anInstanceIsForgottenWithAllItsEntries() {
        thing.answers(() -> ID);
        create();
        clock.advance(Duration.ofDays(2));
        Thing others = new Thing();
        others.answers(() -> OTHER_ID);
        journal.create(OTHERS_STEP, pingone, others);

        assertThat(journal.instancesBefore(clock.instant().minus(Duration.ofDays(1)))).containsExactly("instance-1");
        journal.forget(List.of());
        journal.forget(List.of("instance-1"));

        assertThat(rows()).extracting(row -> row.get("INSTANCE_ID")).containsExactly("instance-2");
    }

    private String create() {
        return journal.create(STEP, pingone, thing);
    }

    private UnsettledException unsettled() {
        return catchThrowableOfType(UnsettledException.class, this::create);
    }

    private static String fail(PingOneException.Outcome outcome, int status) {
        PingOneError error = new PingOneError(null, status == 404 ? "NOT_FOUND" : null, "as scripted", List.of());
        throw new PingOneException(outcome, "POST", "/things", status, error, null, null, null);
    }

    private List<Map<String, Object>> rows() {
        return jdbc.sql("select * from signonflow_journal order by begun_at, kind, attempt").query().listOfRows();
    }

    private List<String> outcomes() {
        return rows().stream().map(row -> (String) row.get("OUTCOME")).toList();
    }
}
