package org.signonflow.journal;

import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.harness.SettableClock;
import org.signonflow.pingone.CreateRequest;
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
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.signonflow.pingone.PingOneException.Outcome.REFUSED;

/** The journal against a database and a scripted PingOne: when it sends, when it searches, when it waits, and what it records. */
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
    private final List<Thing> things = new ArrayList<>();
    private final Thing thing = new Thing();
    private final List<Supplier<MockResponse>> deletions = new CopyOnWriteArrayList<>();
    private Duration pingOneIsAhead = Duration.ZERO;
    private JdbcDataSource database;
    private JdbcClient jdbc;
    private TransactionTemplate transaction;
    private Journal journal;
    private PingOneClient pingone;
    /** The ids that PingOne lists besides the object, and of its possible parents; null if PingOne says that the parent is missing. */
    private List<String> listed;
    private List<String> parents = List.of();

    private static String list(String collection, List<String> ids) {
        return "{\"_embedded\":{\"%s\":[%s]},\"size\":%d}".formatted(collection,
            String.join(",", ids.stream().map("{\"id\":\"%s\"}"::formatted).toList()), ids.size());
    }

    /** An object to be created, with PingOne's scripted responses in order, and the calls that were made. */
    private final class Thing implements Creation {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private final List<Supplier<MockResponse>> answers = new CopyOnWriteArrayList<>();
        private List<Candidate> there = List.of();
        private Kind kind = Kind.GRANT;
        private String contested;
        private boolean onlyWhileUnderWay;
        private Runnable whenLookedFor = () -> { };

        Thing() {
            things.add(this);
        }

        void answers(Supplier<MockResponse> answer) {
            answers.add(answer);
        }

        @Override
        public CreateRequest request(String reference) {
            return new CreateRequest(kind, OTHER_ID,
                JsonNodeFactory.instance.objectNode().put("thing", things.indexOf(this)).put("reference", reference));
        }

        MockResponse sent(String reference) {
            calls.add("send " + reference);
            return answers.remove(0).get();
        }

        @Override
        public String naturalKey() {
            return "thing X";
        }

        @Override
        public String contested() {
            return contested;
        }

        @Override
        public boolean isContestedOnlyWhileUnderWay() {
            return onlyWhileUnderWay;
        }

        @Override
        public List<Candidate> candidates(PingOneClient pingone, String reference) {
            calls.add("look");
            // A call of any kind: it gives the journal PingOne's time.
            pingone.readEnvironment();
            whenLookedFor.run();
            return there;
        }
    }

    @BeforeEach
    void start() throws IOException {
        database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        for (String script : List.of("V1__journal", "V3__roll_outs", "V8__journal_as_data")) {
            new ResourceDatabasePopulator(new ClassPathResource("db/migration/" + script + ".sql")).execute(database);
        }
        jdbc = JdbcClient.create(database);
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(database);
        transaction = new TransactionTemplate(transactions);
        journal = new Journal(jdbc, transactions, clock, SETTLE_AFTER, LONGEST_CALL, CONSISTENCY_PATIENCE);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (request.getMethod().equals("DELETE")) {
                    thing.calls.add("delete " + request.getTarget().substring(request.getTarget().lastIndexOf('/') + 1));
                    return deletions.isEmpty() ? new MockResponse.Builder().code(204).build() : deletions.remove(0).get();
                }
                if (request.getMethod().equals("POST") && !request.getTarget().endsWith("/as/token")) {
                    JsonNode sent = JsonMapper.shared().readTree(request.getBody().utf8());
                    return things.get(sent.path("thing").asInt()).sent(sent.path("reference").stringValue());
                }
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
    void aFirstAttemptSendsAtOnce() {
        thing.answers(() -> made(ID));

        assertThat(create()).isEqualTo(ID);

        assertThat(thing.calls).containsExactly("send instance-1");
        Map<String, Object> row = rows().get(0);
        assertThat(row).containsEntry("OUTCOME", "MADE").containsEntry("PINGONE_ID", ID).containsEntry("KIND", "CREATE")
            .containsEntry("ATTEMPT", 1).containsEntry("NATURAL_KEY", "thing X").containsEntry("REQUESTED_BY", "requester")
            .containsEntry("ENVIRONMENT", "sandbox").containsEntry("REFERENCE", "instance-1").containsEntry("OPEN_KEY", null);
    }

    @Test
    void theCallbackBeforeSendingLearnsOfTheLastAttemptAndMayVeto() {
        List<Optional<Instant>> told = new ArrayList<>();
        thing.answers(() -> fails(429));
        assertThatThrownBy(() -> journal.create(STEP, pingone, thing, lastTried -> {
            told.add(lastTried);
            return null;
        })).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(5));
        assertThatThrownBy(() -> journal.create(STEP, pingone, thing, lastTried -> {
            told.add(lastTried);
            throw new IllegalStateException("not now");
        })).hasMessage("not now");
        assertThat(told).containsExactly(Optional.empty(), Optional.of(NOON));
        assertThat(thing.calls).as("sent once").containsExactly("send instance-1");
        assertThat(outcomes()).as("and no entry for what was not sent").containsExactly("NOT_NOW");
    }

    @Test
    void anExistingObjectIsAdoptedWithoutAskingForPermissionToSend() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.certain(ID));
        assertThat(journal.create(STEP, pingone, thing, lastTried -> {
            throw new IllegalStateException("not now");
        })).isEqualTo(ID);
    }

    @Test
    void entriesSurviveARollbackOfTheEnginesTransaction() {
        List<String> whenSent = new ArrayList<>();
        thing.answers(() -> {
            whenSent.addAll(outcomes());
            return made(ID);
        });
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
            create();
            throw new IllegalStateException("the engine's transaction fails");
        })).hasMessageContaining("the engine's");
        assertThat(whenSent).as("begun before it is sent").containsExactly((String) null);
        assertThat(outcomes()).containsExactly("MADE");

        assertThat(create()).isEqualTo(ID);
        assertThat(thing.calls).as("no call at all").containsExactly("send instance-1");
    }

    @Test
    void theObjectOfAnUnfinishedCallIsAdopted() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(outcomes()).containsExactly((String) null);
        thing.there = List.of(Candidate.likely(ID, NOON));

        assertThat(create()).isEqualTo(ID);

        assertThat(thing.calls).containsExactly("send instance-1", "look");
        assertThat(outcomes()).containsExactly("ADOPTED");
        assertThat(rows().get(0)).containsEntry("CORRELATION_ID", "c0ffee");
    }

    /** As when the instance is rolled back while its call is in flight. */
    @Test
    void aLostReplyDoesNotUndoWhatAnotherThreadHasSettledMeanwhile() {
        thing.there = List.of(Candidate.likely(ID, NOON));
        thing.answers(() -> {
            assertThat(journal.settle(STEP, pingone, thing)).contains(ID);
            return isLost();
        });

        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(outcomes()).containsExactly("ADOPTED");
        assertThat(journal.ours(List.of("instance-1"), List.of(ID))).containsExactly(ID);
    }

    @Test
    void aRefusalDoesEvenIfAnotherThreadHasFoundSomethingMeanwhile() {
        thing.there = List.of(Candidate.likely(ID, NOON));
        thing.answers(() -> {
            assertThat(journal.settle(STEP, pingone, thing)).contains(ID);
            return fails(400);
        });

        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(journal.ours(List.of("instance-1"), List.of(ID))).as("someone else's").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, MADE", "false, MADE", "true, REFUSED", "false, REFUSED"})
    void aReplyThatComesWhileAnotherThreadLooksKnowsBetter(boolean found, String outcome) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch looking = new CountDownLatch(1);
        thing.there = found ? List.of(Candidate.likely(OTHER_ID, NOON)) : List.of();
        thing.answers(() -> {
            sent.countDown();
            assertThatNoException().isThrownBy(looking::await);
            return outcome.equals("MADE") ? made(ID) : fails(400);
        });
        CompletableFuture<Void> creating = CompletableFuture.runAsync(() -> {
            if (outcome.equals("MADE")) {
                assertThat(create()).isEqualTo(ID);
            } else {
                assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
            }
        });
        assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
        clock.advance(Duration.ofMinutes(10));
        thing.whenLookedFor = () -> {
            looking.countDown();
            creating.join();
        };

        assertThat(journal.settle(STEP, pingone, thing)).isEqualTo(Optional.of(ID).filter(made -> outcome.equals("MADE")));

        assertThat(outcomes()).containsExactly(outcome);
        assertThat(journal.ours(List.of("instance-1"), List.of(OTHER_ID))).isEmpty();
    }

    @Test
    void ifNothingIsFoundItWaitsAndThenResends() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(29));
        assertThat(unsettled().notBefore()).contains(NOON.plus(SETTLE_AFTER));
        assertThat(outcomes()).containsExactly((String) null);

        clock.advance(Duration.ofSeconds(1));
        thing.answers(() -> made(ID));
        assertThat(create()).isEqualTo(ID);

        assertThat(thing.calls).containsExactly("send instance-1", "look", "look", "send instance-1");
        assertThat(outcomes()).containsExactly("NOT_MADE", "MADE");
        assertThat(rows().get(1)).containsEntry("ATTEMPT", 2);
    }

    @Test
    void theWaitStartsWhenTheReplyWasLostNotWhenTheEntryWasBegun() {
        // The token took as long as a call may take, and only then was the request sent.
        thing.answers(() -> {
            clock.advance(Duration.ofSeconds(50));
            return isLost();
        });
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(2));

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(50).plus(SETTLE_AFTER));
    }

    @Test
    void aClosedInstanceCreatesNothingMore() {
        journal.close(STEP);
        journal.close(STEP);

        assertThat(unsettled().notBefore()).isEmpty();
        assertThat(thing.calls).isEmpty();
        assertThat(jdbc.sql("select outcome from signonflow_journal where kind = 'CREATE'")
            .query(String.class).list()).containsExactly("NOT_NOW");
        Thing others = new Thing();
        others.answers(() -> made(OTHER_ID));
        assertThat(journal.create(OTHERS_STEP, pingone, others)).as("another instance").isEqualTo(OTHER_ID);
    }

    @Test
    void ifTheParentIsGoneSoIsTheObject() {
        thing.answers(() -> fails(503));
        thing.answers(() -> fails(404));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.whenLookedFor = JournalTest::parentIsNotThere;

        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(outcomes()).containsExactly("NOT_MADE", "REFUSED");
    }

    @Test
    void aMissingParentNeedsConfirmation() {
        thing.answers(() -> fails(503));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.whenLookedFor = JournalTest::parentIsNotThere;
        parents = List.of(OTHER_ID);

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(3));

        assertThat(thing.calls).containsExactly("send instance-1", "look");
        assertThat(outcomes()).containsExactly((String) null);
    }

    @Test
    void anObjectCreatedAfterAServerErrorIsNotOurs() {
        thing.answers(() -> fails(503));
        thing.answers(() -> fails(400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(Duration.ofSeconds(10));
        thing.there = List.of(Candidate.likely(ID, NOON.plusSeconds(3)));

        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(outcomes()).containsExactly("NOT_MADE", "REFUSED");
    }

    @Test
    void anAmbiguousObjectIsUsedButNotDeleted() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.alike(ID));
        assertThat(create()).isEqualTo(ID);
        assertThat(outcomes()).containsExactly("FOUND");
        listed = List.of(ID);

        UnsettledException undo = catchThrowableOfType(UnsettledException.class, () -> delete(STEP, ID));

        assertThat(undo.notBefore()).as("for a person").isEmpty();
        assertThat(undo).hasMessageContaining("thing X with id " + ID + " may be someone else's");
        assertThat(journal.remaining(List.of("instance-1"))).extracting(CreatedObject::id).containsExactly(ID);

        listed = List.of();
        delete(STEP, ID);
        assertThat(outcomes()).containsExactly("FOUND", "GONE");
        assertThat(thing.calls).containsExactly("send instance-1", "look");
    }

    @Test
    void aListedObjectIsNotGone() {
        thing.answers(() -> made(ID));
        create();
        clock.advance(CONSISTENCY_PATIENCE);
        deletions.add(() -> fails(404));
        listed = List.of(ID);

        assertThat(catchThrowableOfType(UnsettledException.class, () -> delete(STEP, ID)).notBefore())
            .contains(clock.instant().plusSeconds(3));

        assertThat(journal.remaining(List.of("instance-1"))).extracting(CreatedObject::id).containsExactly(ID);
        delete(STEP, ID);
        assertThat(outcomes()).containsExactly("MADE", "NOT_NOW", "DELETED");
    }

    @Test
    void aRecentlyCreatedParentIsNotBelievedToBeGone() {
        Thing parent = new Thing();
        parent.answers(() -> made(OTHER_ID));
        journal.create(new Step("instance-1", "Task_CreateParent", "sandbox", null), pingone, parent);
        thing.answers(() -> fails(503));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.whenLookedFor = () -> pingone.listGrants(OTHER_ID);

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(3));
        clock.advance(CONSISTENCY_PATIENCE);
        thing.answers(() -> fails(404));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(outcomes()).containsExactly("MADE", "NOT_MADE", "REFUSED");
    }

    @Test
    void aCallWithoutAKnownResultMayStillBeInProgress() {
        assertThatThrownBy(() -> journal.create(STEP, pingone.whileThereIsTime(() -> {
            throw new IllegalStateException("as if killed");
        }), thing)).isInstanceOf(IllegalStateException.class);
        clock.advance(SETTLE_AFTER);

        assertThat(unsettled().notBefore()).contains(NOON.plus(LONGEST_CALL).plus(SETTLE_AFTER));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 503})
    void aServerErrorFromPingOneNeedsNoWait(int status) {
        thing.answers(() -> fails(status));
        thing.answers(() -> made(ID));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(create()).isEqualTo(ID);
        assertThat(thing.calls).containsExactly("send instance-1", "look", "send instance-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 408, 502, 504})
    void otherErrorRepliesDoNotProveThatTheCallIsOver(int status) {
        thing.answers(() -> fails(status));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(unsettled().notBefore()).contains(NOON.plus(SETTLE_AFTER));
    }

    @Test
    void aRefusalOrANotNowNeedsNoSearch() {
        thing.answers(() -> fails(429));
        thing.answers(() -> fails(400));
        thing.answers(() -> made(ID));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);

        assertThat(create()).isEqualTo(ID);
        assertThat(thing.calls).containsExactly("send instance-1", "send instance-1", "send instance-1");
        assertThat(outcomes()).containsExactly("NOT_NOW", "REFUSED", "MADE");
        assertThat(rows().get(1)).containsEntry("STATUS", 400).containsEntry("ERROR_CODE", null);
    }

    @Test
    void twoCandidatesNeedAPerson() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, NOON), Candidate.likely(OTHER_ID, NOON));

        UnsettledException unsettled = unsettled();

        assertThat(unsettled.notBefore()).isEmpty();
        assertThat(unsettled).hasMessageContaining(ID).hasMessageContaining(OTHER_ID).hasMessageContaining("thing X");
        assertThat(outcomes()).containsExactly((String) null);
    }

    @Test
    void aCandidateWithoutATimeNeedsAPerson() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, null));

        assertThat(unsettled().notBefore()).isEmpty();
    }

    @Test
    void theCandidateWithOurReferenceIsOurs() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(OTHER_ID, NOON), Candidate.certain(ID));

        assertThat(create()).isEqualTo(ID);
    }

    @Test
    void anObjectOlderThanTheCallIsNotOurs() {
        thing.answers(() -> fails(500));
        thing.answers(() -> fails(400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, NOON.minusSeconds(3)));

        assertThatThrownBy(this::create).isInstanceOfSatisfying(PingOneException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(REFUSED));
        assertThat(outcomes()).containsExactly("NOT_MADE", "REFUSED");
    }

    @Test
    void itsAgeIsMeasuredByPingOnesClock() {
        pingOneIsAhead = Duration.ofMinutes(10);
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(OTHER_ID, NOON.plusSeconds(300)), Candidate.likely(ID, NOON.plusSeconds(600)));
        assertThat(create()).as("the other was created five minutes earlier").isEqualTo(ID);

        pingOneIsAhead = Duration.ofMinutes(-10);
        Thing late = new Thing();
        late.answers(() -> isLost());
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, late)).isInstanceOf(PingOneException.class);
        late.there = List.of(Candidate.likely(OTHER_ID, NOON.minusSeconds(600)));
        assertThat(journal.create(OTHERS_STEP, pingone, late)).isEqualTo(OTHER_ID);
    }

    @Test
    void anObjectOfAnotherInstanceIsNotOurs() {
        Thing others = new Thing();
        others.answers(() -> made(ID));
        journal.create(OTHERS_STEP, pingone, others);
        thing.answers(() -> fails(500));
        thing.answers(() -> fails(400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.likely(ID, NOON));

        assertThatThrownBy(this::create).isInstanceOfSatisfying(PingOneException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(REFUSED));
    }

    @Test
    void aContestedNameIsHeldWhileACallForItIsUnfinished() {
        thing.contested = "thing X";
        Thing others = new Thing();
        others.contested = "thing X";
        others.answers(() -> isLost());
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, others)).isInstanceOf(PingOneException.class);

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(5));
        assertThat(thing.calls).isEmpty();

        others.there = List.of(Candidate.likely(OTHER_ID, NOON));
        journal.create(OTHERS_STEP, pingone, others);
        thing.answers(() -> fails(400));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(thing.calls).containsExactly("send instance-1");
    }

    @Test
    void nothingIsSentIfAnotherHasMadeAChangeSinceTheCheck() {
        thing.contested = "what is in the parent";
        Thing others = new Thing();
        others.answers(() -> made(OTHER_ID));
        Instant looked = clock.instant();
        clock.advance(Duration.ofSeconds(5));
        journal.create(OTHERS_STEP, pingone, others);
        clock.advance(Duration.ofSeconds(5));

        UnsettledException changed = catchThrowableOfType(UnsettledException.class,
            () -> journal.create(STEP, pingone, thing, lastTried -> looked));
        assertThat(changed).hasMessage("Another instance has changed what is in the parent in the meantime.");
        assertThat(changed.notBefore()).contains(clock.instant().plusSeconds(2));
        assertThat(thing.calls).isEmpty();

        thing.answers(() -> made(ID));
        assertThat(journal.create(STEP, pingone, thing, lastTried -> clock.instant())).as("checked again").isEqualTo(ID);
        assertThat(journal.of("instance-1")).extracting(Entry::outcome).containsExactly(Outcome.NOT_NOW, Outcome.MADE);
    }

    @Test
    void nobodyWaitsForeverForAnAbandonedCall() {
        for (Thing one : List.of(thing, new Thing())) {
            one.contested = "what is in the parent";
            one.onlyWhileUnderWay = true;
        }
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone.whileThereIsTime(() -> {
            throw new IllegalStateException("as if killed");
        }), things.get(1))).isInstanceOf(IllegalStateException.class);
        List<Instant> looks = new ArrayList<>();
        Function<Optional<Instant>, Instant> look = lastTried -> {
            looks.add(clock.instant());
            return clock.instant();
        };

        assertThat(catchThrowableOfType(UnsettledException.class, () -> journal.create(STEP, pingone, thing, look)))
            .hasMessage("Another instance has an unfinished call for what is in the parent.");
        assertThat(looks).as("no call is wasted on a check").isEmpty();

        clock.advance(LONGEST_CALL.plus(SETTLE_AFTER).plusSeconds(3));
        thing.answers(() -> made(ID));
        assertThat(journal.create(STEP, pingone, thing, look)).isEqualTo(ID);
        assertThat(looks).containsExactly(clock.instant());
    }

    @Test
    void aCheckDuringAnothersCallIsNotEnough() {
        thing.contested = "what is in the parent";
        thing.onlyWhileUnderWay = true;
        Thing others = new Thing();
        others.contested = thing.contested;
        others.onlyWhileUnderWay = true;
        others.answers(() -> isLost());
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, others)).isInstanceOf(PingOneException.class);
        Instant looked = NOON.plusSeconds(10);
        clock.advance(SETTLE_AFTER.plusSeconds(1));

        assertThat(catchThrowableOfType(UnsettledException.class, () -> journal.create(STEP, pingone, thing, lastTried -> looked)))
            .hasMessageContaining("has changed what is in the parent in the meantime");
        clock.advance(Duration.ofSeconds(2));
        thing.answers(() -> made(ID));
        assertThat(journal.create(STEP, pingone, thing, lastTried -> clock.instant())).isEqualTo(ID);
    }

    @Test
    void nothingIsDeletedThatOthersHaveComeToUse() {
        thing.answers(() -> made(ID));
        create();
        CreatedObject made = journal.remaining(List.of("instance-1")).get(0);
        assertThat(journal.delete(STEP, pingone, made, () -> {
            assertThat(outcomes()).as("the deletion is on record when it is asked").containsExactly("MADE", null);
            return Optional.of("others");
        })).contains("others");
        assertThat(outcomes()).containsExactly("MADE", "NOT_NOW");
        assertThat(journal.remaining(List.of("instance-1"))).hasSize(1);
    }

    /** Who deletes writes first and looks then, and so does who assigns: at least one of them sees the other. */
    @Test
    void nothingIsAssignedToWhatAnotherIsDeleting() {
        thing.kind = Kind.ASSIGNMENT;
        thing.answers(() -> made(ID));
        CreatedObject application = new CreatedObject("instance-1", "Task_CreateParent", Kind.APPLICATION, null, "application X", OTHER_ID,
            NOON);
        journal.delete(OTHERS_STEP, pingone, application, () -> {
            assertThat(unsettled()).hasMessageContaining("Another instance is deleting the application or the policy");
            assertThat(thing.calls).isEmpty();
            return Optional.of("enough");
        });
        clock.advance(Duration.ofSeconds(5));
        assertThat(create()).isEqualTo(ID);
    }

    @Test
    void aDeletionThatNobodySettlesIsAwaitedForAsLongAsItMayArrive() {
        thing.kind = Kind.ASSIGNMENT;
        thing.answers(() -> made(ID));
        CreatedObject application = new CreatedObject("instance-1", "Task_CreateParent", Kind.APPLICATION, null, "application X", OTHER_ID,
            NOON);
        deletions.add(() -> isLost());
        assertThatThrownBy(() -> journal.delete(OTHERS_STEP, pingone, application, Optional::empty)).isInstanceOf(PingOneException.class);
        assertThat(unsettled()).hasMessageContaining("Another instance is deleting");
        assertThat(journal.delete(OTHERS_STEP, pingone, application, () -> Optional.of("others"))).contains("others");
        assertThat(unsettled()).as("repeated, it may still arrive").hasMessageContaining("Another instance is deleting");
        clock.advance(SETTLE_AFTER.plus(LONGEST_CALL).plusSeconds(1));
        assertThat(create()).isEqualTo(ID);
    }

    @Test
    void aDeletionOfWhichNobodyCanSayWhoUsesTheObjectIsNotSent() {
        thing.answers(() -> made(ID));
        create();
        CreatedObject made = journal.remaining(List.of("instance-1")).get(0);
        assertThatThrownBy(() -> journal.delete(STEP, pingone, made, () -> {
            throw new IllegalStateException("The database does not answer.");
        })).hasMessage("The database does not answer.");
        assertThat(outcomes()).containsExactly("MADE", "NOT_NOW");
    }

    @Test
    void knowsWhatOthersHaveJustCreatedInAnObject() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(journal.createdByOthersIn(List.of("instance-1"), OTHER_ID, NOON)).as("its own").isEmpty();
        assertThat(journal.createdByOthersIn(List.of("another"), OTHER_ID, NOON)).as("it may be there").hasSize(1);
        assertThat(journal.createdByOthersIn(List.of("another"), OTHER_ID, NOON.plus(Duration.ofHours(1)))).as("it would be seen")
            .isEmpty();
        clock.advance(SETTLE_AFTER.multipliedBy(10));
        thing.answers(() -> made(ID));
        create();
        assertThat(journal.createdByOthersIn(List.of("another"), OTHER_ID, NOON)).extracting(Entry::pingOneId).containsExactly(ID);
        delete(STEP, ID);
        assertThat(journal.createdByOthersIn(List.of("another"), OTHER_ID, NOON)).isEmpty();
    }

    @Test
    void anObjectThatAnotherMayJustBeCreatingIsNotOurs() {
        thing.contested = "what is in the parent";
        thing.answers(() -> fails(503));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        Thing others = new Thing();
        others.answers(() -> isLost());
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, others)).isInstanceOf(PingOneException.class);
        thing.there = List.of(Candidate.alike(ID));

        assertThat(unsettled().notBefore()).contains(NOON.plusSeconds(5));

        others.there = List.of(Candidate.certain(ID));
        journal.create(OTHERS_STEP, pingone, others);
        thing.answers(() -> fails(400));
        assertThatThrownBy(this::create).as("it is the other's").isInstanceOf(PingOneException.class);
    }

    @Test
    void aRefusedCallOfAnotherChangesNothing() {
        Thing others = new Thing();
        others.answers(() -> fails(400));
        assertThatThrownBy(() -> journal.create(OTHERS_STEP, pingone, others)).isInstanceOf(PingOneException.class);
        thing.answers(() -> made(ID));
        assertThat(journal.create(STEP, pingone, thing, lastTried -> NOON)).isEqualTo(ID);
    }

    @Test
    void recordsWhatWasSentAndIsReadByInstanceObjectAndTime() {
        thing.answers(() -> made(ID));
        create();
        clock.advance(Duration.ofSeconds(1));
        delete(OTHERS_STEP, ID);

        Entry made = new Entry(null, STEP, Entry.Action.CREATE, 1, "thing X", Kind.GRANT, OTHER_ID, ID,
            "{\"thing\":0,\"reference\":\"instance-1\"}", NOON, NOON, Outcome.MADE, 201, null, null);
        Entry deleted = new Entry(null, OTHERS_STEP, Entry.Action.DELETE, 1, "thing X", Kind.GRANT, OTHER_ID, ID, null,
            NOON.plusSeconds(1), NOON.plusSeconds(1), Outcome.DELETED, 204, null, null);
        assertThat(journal.of("instance-1")).usingRecursiveFieldByFieldElementComparatorIgnoringFields("id").containsExactly(made);
        assertThat(journal.ofObject("sandbox", ID)).usingRecursiveFieldByFieldElementComparatorIgnoringFields("id")
            .containsExactly(made, deleted);
        assertThat(journal.ofObject("production", ID)).isEmpty();
        assertThat(journal.between(NOON, NOON.plusSeconds(1), 10)).extracting(Entry::outcome).containsExactly(Outcome.MADE);
        assertThat(journal.between(NOON, NOON.plusSeconds(2), 1)).extracting(Entry::outcome).containsExactly(Outcome.MADE);
    }

    @Test
    void aFirstAttemptTakesThreeStatements() {
        List<String> statements = new ArrayList<>();
        Journal counted = new Journal(JdbcClient.create(counting(statements)), new DataSourceTransactionManager(database), clock,
            SETTLE_AFTER, LONGEST_CALL, CONSISTENCY_PATIENCE);
        thing.answers(() -> made(ID));
        counted.create(STEP, pingone, thing);
        assertThat(statements).hasSize(3);
    }

    @Test
    void aRefusalCausedByOurOwnLateCallIsAdopted() {
        thing.answers(() -> isLost());
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        clock.advance(SETTLE_AFTER);
        thing.answers(() -> {
            thing.there = List.of(Candidate.likely(ID, NOON.plusSeconds(29)));
            return fails(400);
        });

        assertThat(create()).isEqualTo(ID);
        assertThat(outcomes()).containsExactly("NOT_MADE", "ADOPTED");
    }

    @Test
    void settlingNeverSends() {
        assertThat(journal.settle(STEP, pingone, thing)).isEmpty();
        thing.answers(() -> fails(500));
        assertThatThrownBy(this::create).isInstanceOf(PingOneException.class);
        assertThat(journal.settle(STEP, pingone, thing)).isEmpty();

        assertThat(thing.calls).containsExactly("send instance-1", "look");
        assertThat(journal.stepsThatCreate("instance-1")).containsExactly("Task_CreateThing");
    }

    @Test
    void aDeleteWithALostReplyIsRepeatedAndNotFoundIsSuccess() {
        thing.answers(() -> made(ID));
        create();
        assertThat(journal.remaining(List.of("instance-1")))
            .containsExactly(new CreatedObject("instance-1", "Task_CreateThing", Kind.GRANT, OTHER_ID, "thing X", ID, NOON));
        deletions.add(() -> isLost());
        assertThatThrownBy(() -> delete(STEP, ID)).isInstanceOf(PingOneException.class);
        assertThat(journal.remaining(List.of("instance-1"))).isNotEmpty();
        deletions.add(() -> fails(404));

        delete(STEP, ID);

        assertThat(outcomes()).containsExactly("MADE", "REPEATED", "GONE");
        assertThat(journal.remaining(List.of("instance-1"))).isEmpty();
    }

    /** As when an undo has to assign again what it has unassigned. */
    @Test
    void whatAnotherInstanceCreatesInThePlaceOfSomethingCountsInstead() {
        List<String> both = List.of("instance-1", "undo");
        Step undo = new Step("undo", "Task_CreateAgain", "sandbox", null);
        thing.answers(() -> made(ID));
        create();
        clock.advance(Duration.ofSeconds(1));
        delete(undo, ID);
        assertThat(journal.remaining(both)).isEmpty();
        assertThat(journal.remaining(List.of("instance-1"))).as("whoever has deleted it").isEmpty();

        clock.advance(Duration.ofSeconds(1));
        thing.answers(() -> made(OTHER_ID));
        assertThat(journal.create(undo, pingone, thing)).isEqualTo(OTHER_ID);
        assertThat(journal.remaining(both)).extracting(CreatedObject::id, CreatedObject::instanceId)
            .containsExactly(tuple(OTHER_ID, "undo"));
        assertThat(journal.createdByOthersIn(both, OTHER_ID, NOON)).isEmpty();

        CreatedObject again = journal.remaining(both).get(0);
        deletions.add(() -> fails(404));
        assertThat(catchThrowableOfType(UnsettledException.class, () -> journal.delete(STEP, pingone, again, Optional::empty)))
            .as("whoever has created it").hasMessageContaining("only just created");
        clock.advance(CONSISTENCY_PATIENCE);
        journal.delete(STEP, pingone, again, Optional::empty);
        assertThat(journal.remaining(both)).isEmpty();
        assertThat(journal.of(both)).extracting(Entry::outcome).containsExactlyInAnyOrder(Outcome.MADE, Outcome.DELETED, Outcome.MADE,
            Outcome.NOT_NOW, Outcome.DELETED);
    }

    @Test
    void ofWhatIsGoneUnnoticedTheLatestStandsForIt() {
        thing.answers(() -> made(ID));
        create();
        clock.advance(Duration.ofSeconds(1));
        thing.answers(() -> made(OTHER_ID));
        journal.create(new Step("restore", "Task_CreateAgain", "sandbox", null), pingone, thing);
        assertThat(journal.remaining(List.of("instance-1", "restore"))).extracting(CreatedObject::id).containsExactly(OTHER_ID);
    }

    @Test
    void aGatewaysNotFoundDoesNotMeanGone() {
        thing.answers(() -> made(ID));
        create();
        deletions.add(() -> new MockResponse(404, Headers.EMPTY, "no route"));
        assertThatThrownBy(() -> delete(STEP, ID)).isInstanceOf(PingOneException.class);

        assertThat(journal.remaining(List.of("instance-1"))).extracting(CreatedObject::id).containsExactly(ID);
    }

    @Test
    void aDeletedObjectIsNotDeletedAgain() {
        thing.answers(() -> made(ID));
        create();
        delete(STEP, ID);
        delete(new Step("instance-1", "Task_DeleteThing", "sandbox", null), ID);

        assertThat(thing.calls).containsExactly("send instance-1", "delete " + ID);
        assertThat(outcomes()).containsExactly("MADE", "DELETED");
    }

    @Test
    void aRecentlyCreatedObjectIsNotBelievedToBeGone() {
        thing.answers(() -> made(ID));
        create();
        deletions.add(() -> fails(404));
        UnsettledException unsettled = catchThrowableOfType(UnsettledException.class, () -> delete(STEP, ID));
        assertThat(unsettled.notBefore()).contains(NOON.plusSeconds(3));
        assertThat(unsettled).hasMessage("PingOne does not find thing X yet, which was only just created.");

        clock.advance(CONSISTENCY_PATIENCE.minusSeconds(1));
        deletions.add(() -> fails(404));
        assertThat(catchThrowableOfType(UnsettledException.class, () -> delete(STEP, ID)).notBefore())
            .contains(NOON.plus(CONSISTENCY_PATIENCE));

        clock.advance(Duration.ofSeconds(1));
        deletions.add(() -> fails(404));
        delete(STEP, ID);
        assertThat(outcomes()).containsExactly("MADE", "NOT_NOW", "NOT_NOW", "GONE");
    }

    @Test
    void theContentsOfADeletedObjectAreGoneToo() {
        thing.answers(() -> made(ID));
        create();
        journal.delete(STEP, pingone, new CreatedObject("instance-1", "Task_CreateParent", Kind.APPLICATION, null, "application X", OTHER_ID,
            NOON), Optional::empty);
        deletions.add(() -> fails(404));
        delete(STEP, ID);
        assertThat(journal.remaining(List.of("instance-1"))).isEmpty();
        assertThat(outcomes()).containsExactly("MADE", "DELETED", "GONE");
    }

    @Test
    void distinguishesWhatMayStillAppearFromWhatIsGone() {
        thing.answers(() -> made(ID));
        create();
        assertThat(journal.mayAppear(List.of("instance-2", "instance-1"), List.of(OTHER_ID, ID))).contains(NOON.plusSeconds(3));
        assertThat(journal.mayAppear(List.of("instance-2"), List.of(ID))).as("created by another").isEmpty();
        assertThat(journal.mayAppear(List.of("instance-1"), List.of(OTHER_ID))).as("created by nobody we know").isEmpty();
        clock.advance(Duration.ofSeconds(1));
        delete(STEP, ID);
        assertThat(journal.mayAppear(List.of("instance-1"), List.of(ID))).as("deleted").isEmpty();
    }

    @Test
    void oursIsWhatTheInstanceCreatedAndWhatAnyInstanceDeleted() {
        thing.answers(() -> made(ID));
        create();
        Thing others = new Thing();
        others.answers(() -> made(OTHER_ID));
        journal.create(OTHERS_STEP, pingone, others);
        assertThat(journal.ours(List.of("instance-1"), List.of(ID, OTHER_ID))).containsExactly(ID);
        delete(OTHERS_STEP, OTHER_ID);
        assertThat(journal.ours(List.of("instance-1"), List.of(ID, OTHER_ID))).containsExactlyInAnyOrder(ID, OTHER_ID);
        assertThat(journal.ours(List.of("instance-1"), List.of())).isEmpty();
    }

    @Test
    void aRefusedDeleteFails() {
        deletions.add(() -> fails(400));
        PingOneException failure = catchThrowableOfType(PingOneException.class, () -> delete(STEP, ID));

        assertThat(failure.status()).isEqualTo(400);
        assertThat(outcomes()).containsExactly("REFUSED");
    }

    @Test
    void deletingAnInstanceDeletesAllItsEntries() {
        thing.answers(() -> made(ID));
        create();
        clock.advance(Duration.ofDays(2));
        Thing others = new Thing();
        others.answers(() -> made(OTHER_ID));
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

    private static MockResponse made(String id) {
        return new MockResponse(201, Headers.EMPTY, "{\"id\":\"%s\"}".formatted(id));
    }

    private static MockResponse fails(int status) {
        return new MockResponse(status, Headers.EMPTY, status == 404 ? "{\"code\":\"NOT_FOUND\"}" : "{\"message\":\"as scripted\"}");
    }

    private static MockResponse isLost() {
        return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
    }

    /** The database, and its initial contents. */
    private DataSource counting(List<String> statements) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("prepareStatement")) {
                            statements.add((String) arguments[0]);
                        }
                        return method.invoke(connection, arguments);
                    });
            }
        };
    }

    private void delete(Step step, String id) {
        journal.delete(step, pingone, new CreatedObject(step.instanceId(), step.name(), Kind.GRANT, OTHER_ID, "thing X", id, NOON),
            Optional::empty);
    }

    private static void parentIsNotThere() {
        PingOneError error = new PingOneError(null, "NOT_FOUND", "as scripted", List.of());
        throw new PingOneException(REFUSED, "GET", "/things", 404, error, null, null, null);
    }

    private List<Map<String, Object>> rows() {
        return jdbc.sql("select * from signonflow_journal order by begun_at, kind, attempt").query().listOfRows();
    }

    private List<String> outcomes() {
        return rows().stream().map(row -> (String) row.get("OUTCOME")).toList();
    }
}
