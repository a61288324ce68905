package org.signonflow.web;

import io.swagger.v3.oas.annotations.tags.Tag;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.SortedSet;

/** The configured PingOne environments. */
@RestController
@Tag(name = "Environments")
@RequestMapping("/environments")
class EnvironmentsController {

    private final PingOneEnvironments environments;
    private final EnvironmentChecks checks;

    EnvironmentsController(PingOneEnvironments environments, EnvironmentChecks checks) {
        this.environments = environments;
        this.checks = checks;
    }

    /** The aliases of the configured environments. */
    @GetMapping
    SortedSet<String> aliases() {
        return environments.aliases();
    }

    /** Whether the environment responds, as of the last few seconds; within the configured call timeout. */
    @GetMapping("/{alias}")
    EnvironmentChecks.Answer check(@PathVariable String alias) {
        if (!environments.aliases().contains(alias)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such PingOne environment.");
        }
        return checks.of(alias);
    }
}
