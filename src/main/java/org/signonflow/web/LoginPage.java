package org.signonflow.web;

import jakarta.servlet.http.HttpServletRequest;
import org.signonflow.security.setup.SandboxUsers;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

import java.util.List;
import java.util.Optional;

/** Login and logout; the session is that of the web applications, which our own pages share. */
@Controller
class LoginPage {

    private final Optional<SandboxUsers> sandbox;

    LoginPage(Optional<SandboxUsers> sandbox) {
        this.sandbox = sandbox;
    }

    /** The login; in the sandbox with the users whom everybody knows, as long as they have the passwords that everybody knows. */
    @GetMapping({"/login", "/login.html"})
    String login(Model model) {
        model.addAttribute("sandboxUsers", sandbox.map(SandboxUsers::withKnownPassword).orElse(List.of()));
        return "login";
    }

    /** Ends the session of the web applications, which these pages share. */
    @PostMapping("/logout")
    String logout(HttpServletRequest request) {
        if (request.getSession(false) != null) {
            request.getSession(false).invalidate();
        }
        return "redirect:login";
    }
}
