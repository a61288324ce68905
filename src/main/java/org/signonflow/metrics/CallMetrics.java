package org.signonflow.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.signonflow.pingone.CallObserver;
import org.signonflow.pingone.Route;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;

/** Counts and times the requests that this node sends to PingOne. */
public final class CallMetrics implements CallObserver {

    private static final Map<String, String> USUAL = Map.of("GET", "200", "POST", "201", "DELETE", "204");
    private static final String TOKEN = "/as/token";

    private final MeterProvider<Counter> calls;
    private final MeterProvider<Timer> durations;

    /** @param environments their aliases */
    public CallMetrics(MeterRegistry registry, Collection<String> environments) {
        calls = Counter.builder("signonflow.pingone.calls").description("Requests to PingOne; status none if there was no reply. Per node")
            .withRegistry(registry);
        durations = Timer.builder("signonflow.pingone.call.duration").description("Until the reply was read. Per node")
            .serviceLevelObjectives(Stream.of(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000).map(Duration::ofMillis)
                .toArray(Duration[]::new))
            .withRegistry(registry);
        for (Route route : Route.all()) {
            duration(route);
            String usual = route.path().equals(TOKEN) ? "200" : USUAL.get(route.method());
            for (String environment : environments) {
                Stream.of(usual, "400", "401", "403", "404", "429", "500", "503", "none")
                    .forEach(status -> call(environment, route, status));
            }
        }
    }

    @Override
    public void ended(String environment, Route route, int status, Duration took) {
        // A server may answer with any number.
        call(environment, route, status == 0 ? "none" : status < 100 || status > 599 ? "other" : String.valueOf(status)).increment();
        duration(route).record(took);
    }

    private Counter call(String environment, Route route, String status) {
        return calls.withTags("environment", environment, "method", route.method(), "route", route.path(), "status", status);
    }

    private Timer duration(Route route) {
        return durations.withTags("method", route.method(), "route", route.path());
    }
}
