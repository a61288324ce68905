package org.signonflow.process.request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Region;
import org.signonflow.pingone.Timeouts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
