package io.github.inparallel.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is served of the page, by servlets and without them, wherever an application has its endpoints. */
class ServingTests {

    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("(?:from|import) ?[\"']([^\"']+)[\"']");

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void pageAndAllThatItRefersToAreServed(String type) throws Exception {
        try (RunningApplication application = RunningApplication.startWith(type)) {
            check(application, application.port(), "/actuator/inparallelui");
            check(application, application.port(), "/actuator/inparallelui/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void pageIsServedBelowAnyPath(String type) throws Exception {
        String base = type.equals("servlet") ? "server.servlet.context-path=/shop" : "spring.webflux.base-path=/shop";
        try (RunningApplication application = RunningApplication.startWith(
                type,
                base,
                "management.endpoints.web.base-path=/",
                "management.endpoints.web.path-mapping.inparallelui=ops/pools")) {
            check(application, application.port(), "/shop/ops/pools");
            check(application, application.port(), "/shop/ops/pools/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void pageIsServedOnTheManagementPort(String type) throws Exception {
        try (RunningApplication application = RunningApplication.startWith(type, "management.server.port=0")) {
            check(application, application.managementPort(), "/actuator/inparallelui");
            assertThat(application.get("/actuator/inparallelui").statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void stateIsWhatIsDocumented(String type) throws Exception {
        try (RunningApplication application = RunningApplication.startWith(type)) {
            HttpResponse<String> answer = application.get("/actuator/inparallelui/state", "Accept", "application/json");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/json");
            JsonNode state = JsonMapper.shared().readTree(answer.body());
            assertThat(state.get("version").isInt()).isTrue();
            assertThat(state.get("version").asInt()).isEqualTo(1);
            assertThat(state.get("cursor").isString()).isTrue();
            assertThat(state.get("pools").get(0).get("name").asString()).isEqualTo("press");
            assertThat(state.get("headline").asString()).startsWith("All is well");
            assertThat(state.get("writable").asBoolean()).isTrue();

            String since = state.get("cursor").asString();
            assertThat(application
                            .get("/actuator/inparallelui/state?since=" + since)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void cursorOfNobodyStartsAgain(String type) throws Exception {
        try (RunningApplication application = RunningApplication.startWith(type)) {
            for (String since : List.of("", "x", "-1", "1e99", "%00", ".-.-", "9".repeat(2000), "%F0%9F%98%80")) {
                HttpResponse<String> answer = application.get("/actuator/inparallelui/state?since=" + since);
                assertThat(answer.statusCode()).as(since).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void whatIsNoFileOfThePageIsNotServed(String type) throws Exception {
        try (RunningApplication application = RunningApplication.startWith(type)) {
            for (String path : List.of(
                    "/nothing.js",
                    "/index.html",
                    "/state/more",
                    "/lit-html",
                    "/lit-html/",
                    "/lit-html/LICENSE",
                    "/PageFiles.class",
                    "/../inparallelui/nothing.js",
                    "/directives/../app.js",
                    "/%2e%2e/app.js",
                    "/..%2fapp.js",
                    "/lit-html%2flit-html.js",
                    "/lit-html%5clit-html.js",
                    "/app.js%00",
                    "/app.js;x=1/app.js",
                    "//app.js/.")) {
                int status = application.get("/actuator/inparallelui" + path).statusCode();
                assertThat(status).as(path).isIn(400, 404); // 400 is the server's own refusal
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void nothingIsServedToWhoHasNotSignedIn(String type) throws Exception {
        try (RunningApplication application = RunningApplication.startWith(type, "spring.profiles.active=secured")) {
            for (String path :
                    List.of("", "/", "/state", "/state?since=x", "/app.js", "/style.css", "/lit-html/lit-html.js")) {
                HttpResponse<String> answer =
                        application.get("/actuator/inparallelui" + path, "X-Requested-With", "XMLHttpRequest");
                assertThat(answer.statusCode()).as(path).isIn(302, 401);
                assertThat(answer.body()).as(path).doesNotContain("press");
            }
        }
    }

    /** Reads the page as a browser would, and all that it needs. */
    private static void check(RunningApplication application, int port, String path) throws Exception {
        HttpResponse<String> page = application.get(port, path, "Accept", "text/html");
        assertThat(page.statusCode()).as(path).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.body())
                .contains("Content-Security-Policy")
                .doesNotContain("unsafe-inline", "unsafe-eval", "http://", "https://", "{{");
        List<URI> wanted = new ArrayList<>();
        Matcher links = LINK.matcher(page.body());
        while (links.find()) {
            wanted.add(page.uri().resolve(links.group(1)));
        }
        assertThat(wanted).hasSizeGreaterThan(4);
        for (int i = 0; i < wanted.size(); i++) {
            URI uri = wanted.get(i);
            HttpResponse<String> file = application.get(port, uri.getPath(), "Accept", "*/*");
            assertThat(file.statusCode()).as(uri.toString()).isEqualTo(200);
            String type = file.headers().firstValue("Content-Type").orElseThrow();
            assertThat(type).as(uri.toString()).matches("text/(css|javascript);charset=UTF-8|image/svg\\+xml");
            if (uri.getPath().endsWith(".js")) {
                Matcher imports = IMPORT.matcher(file.body());
                while (imports.find()) {
                    URI imported = uri.resolve(imports.group(1));
                    if (imports.group(1).startsWith(".") && !wanted.contains(imported)) {
                        wanted.add(imported);
                    }
                }
            }
        }
        assertThat(wanted).hasSizeGreaterThan(18);
        URI state = page.uri().resolve(links(page.body(), "app.js").replace("app.js", "state"));
        assertThat(application.get(port, state.getPath()).body()).contains("\"version\":1");
    }

    private static String links(String page, String file) {
        Matcher links = LINK.matcher(page);
        while (links.find()) {
            if (links.group(1).endsWith(file)) {
                return links.group(1);
            }
        }
        throw new AssertionError("The page does not refer to " + file);
    }
}
