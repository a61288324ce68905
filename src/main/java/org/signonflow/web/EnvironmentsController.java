package org.signonflow.web;

import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.SortedSet;

/** Which PingOne environments are configured, and whether they answer. */
@RestController
class EnvironmentsController {

    private final PingOneEnvironments environments;

    EnvironmentsController(PingOneEnvironments environments) {
        this.environments = environments;
    }

    @GetMapping("/environments")
    SortedSet<String> aliases() {
        return environments.aliases();
    }

    /** Reads the environment, within the configured call timeout. */
    @GetMapping("/environments/{alias}")
    Answer check(@PathVariable String alias) {
        if (!environments.aliases().contains(alias)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such PingOne environment.");
        }
        try {
            environments.client(alias).checkReachable();
            return new Answer(alias, true, "answers");
        } catch (PingOneException failure) {
            return new Answer(alias, false, failure.getMessage());
        }
    }

    /** @param says what is wrong, in PingOne's words where it has said something */
    record Answer(String alias, boolean answers, String says) {
    }
}
