package org.signonflow.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEvent;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Flow;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

import java.time.Duration;
import java.util.stream.Stream;

/** Counts what becomes of changes, once it is committed. */
@Component
class FlowMetrics {

    private final MeterProvider<Counter> started;
    private final MeterProvider<Counter> ended;
    private final MeterProvider<Timer> waits;

    FlowMetrics(MeterRegistry registry, PingOneEnvironments environments) {
        started = Counter.builder("signonflow.flows.started").description("Flows, and rows of roll-outs. Per node").withRegistry(registry);
        ended = Counter.builder("signonflow.flows.ended").description("By their state at the end. Per node").withRegistry(registry);
        waits = Timer.builder("signonflow.approval.wait").description("From the request of a single flow to its approval. Per node")
            .serviceLevelObjectives(Stream.of(1, 5, 15, 60, 240, 1440, 3 * 1440, 7 * 1440).map(Duration::ofMinutes)
                .toArray(Duration[]::new))
            .withRegistry(registry);
        for (String flow : Flow.changes()) {
            for (String environment : environments.aliases()) {
                Tags tags = tags(flow, environment);
                started.withTags(tags);
                waits.withTags(tags);
                Stream.of(ChangeState.values()).filter(state -> state.hasBegun() && state.hasEnded())
                    .forEach(state -> ended.withTags(tags.and("outcome", state.name())));
            }
        }
    }

    @TransactionalEventListener
    void happened(ChangeEvent event) {
        Change change = event.change();
        Tags tags = tags(change.flow(), change.environment());
        switch (event.kind()) {
            case REQUESTED -> started.withTags(tags).increment();
            case APPROVED -> waits.withTags(tags).record(Duration.between(change.requestedAt(), change.decidedAt()));
            case ENDED -> ended.withTags(tags.and("outcome", change.state().name())).increment();
        }
    }

    private static Tags tags(String flow, String environment) {
        return Tags.of("flow", flow, "environment", environment);
    }
}
