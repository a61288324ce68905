package org.signonflow.security.gate;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ApiAllowlistTest {

    @ParameterizedTest
    @CsvSource({"false, 403", "true, 200"})
    void anAdministratorMayDeployOnlyIfEnabled(boolean administration, int status) throws Exception {
        SecurityContextHolder.getContext().setAuthentication(UsernamePasswordAuthenticationToken.authenticated("admin", null,
            List.of(new SimpleGrantedAuthority("camunda-admin"))));
        try {
            MockHttpServletRequest request = new MockHttpServletRequest("POST", "/engine-rest/deployment/create");
            request.setServletPath("/engine-rest");
            request.setPathInfo("/deployment/create");
            MockHttpServletResponse response = new MockHttpServletResponse();
            new ApiAllowlist(administration).doFilter(request, response, new MockFilterChain());
            assertThat(response.getStatus()).isEqualTo(status);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }
}
