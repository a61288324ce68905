package org.signonflow.web;

import io.github.bucket4j.Bucket;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Limits how often one person may request a plan, since all flows wait for the calls that it takes. Each node counts by itself. */
@Component
class PlansPerMinute {

    static final String BEYOND = "You have reached the limit of plans and checks that one person may request in a minute.";

    private final int most;
    private final Map<String, Bucket> byPerson = new ConcurrentHashMap<>();

    /** @param most 0 for no limit */
    PlansPerMinute(@Value("${signonflow.limits.plans-per-minute}") int most) {
        this.most = most;
    }

    /** Whether the person may request one more now. */
    boolean take(String user) {
        return most <= 0 || byPerson.computeIfAbsent(user, name -> Bucket.builder()
            .addLimit(limit -> limit.capacity(most).refillGreedy(most, Duration.ofMinutes(1))).build()).tryConsume(1);
    }
}
