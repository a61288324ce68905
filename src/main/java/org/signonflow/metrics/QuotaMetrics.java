package org.signonflow.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.signonflow.quota.Lane;
import org.signonflow.quota.Licence;
import org.signonflow.quota.QuotaObserver;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;

/** Counts the calls that this node takes out of each licence's quota, and times how long they wait for their turn. */
public final class QuotaMetrics implements QuotaObserver {

    private final MeterProvider<Counter> used;
    private final MeterProvider<Timer> waits;

    /** @param licences those that are used */
    public QuotaMetrics(MeterRegistry registry, Collection<Licence> licences) {
        used = Counter.builder("signonflow.quota.calls").description("Calls taken out of the quota. Per node").withRegistry(registry);
        waits = Timer.builder("signonflow.quota.wait").description("How long steps were told to wait for their turn. Per node")
            .withRegistry(registry);
        for (Licence licence : new HashSet<>(licences)) {
            Gauge.builder("signonflow.quota.calls.per.minute", licence, Licence::callsPerMinute).tags("licence", licence.name())
                .description("The quota, of all nodes together; 0 for none").strongReference(true).register(registry);
            for (Lane lane : Lane.values()) {
                used.withTags(tags(licence, lane));
                waits.withTags(tags(licence, lane));
            }
        }
    }

    @Override
    public void used(Licence licence, Lane lane, int calls) {
        used.withTags(tags(licence, lane)).increment(calls);
    }

    @Override
    public void waits(Licence licence, Lane lane, Duration wait) {
        waits.withTags(tags(licence, lane)).record(wait);
    }

    private static Tags tags(Licence licence, Lane lane) {
        return Tags.of("licence", licence.name(), "lane", lane.name().toLowerCase(Locale.ROOT));
    }
}
