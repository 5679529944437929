package io.github.inparallel.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.marshal.Limits;
import io.github.inparallel.marshal.Marshaller;
import io.github.inparallel.marshal.TaskMethod;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.userdetails.User;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.multipart.MultipartFile;
import reactor.core.publisher.Flux;

/** Values of Spring and of Hibernate, as applications pass them. */
class ValuesTests {

    private static @Nullable SessionFactory sessions;

    /** One side. */
    @Entity(name = "Shelf")
    static class Shelf {
        @Id
        long id;

        @OneToMany(mappedBy = "shelf")
        List<Book> books = new ArrayList<>();
    }

    /** The other. */
    @Entity(name = "Book")
    static class Book {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Shelf shelf;
    }

    /** As {@code JdbcTemplate} answers. */
    record Rows(List<Map<String, Object>> rows) {}

    /** What is passed. */
    interface Methods {
        PageImpl<String> page(PageImpl<String> value);

        PageRequest pageRequest(PageRequest value);

        Pageable pageable(Pageable value);

        ResponseEntity<List<String>> response(ResponseEntity<List<String>> value);

        HttpHeaders headers(HttpHeaders value);

        MultiValueMap<String, String> multi(MultiValueMap<String, String> value);

        HttpStatusCode status(HttpStatusCode value);

        Rows rows(Rows value);

        LinkedCaseInsensitiveMap<String> names(LinkedCaseInsensitiveMap<String> value);

        MediaType mediaType(MediaType value);

        User user(User value);

        void upload(MultipartFile value);

        void resource(Resource value);

        void request(HttpServletRequest value);

        void flux(Flux<String> value);

        Page<String> anyPage();

        Book book(Book value);

        Shelf shelf(Shelf value);
    }

    private static TaskMethod method(String name) {
        Method method = Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return TaskMethod.of(
                "t", method, Limits.OF_THE_POOL, new Marshaller(Marshaller.Format.CBOR, 1 << 20, Marshaller.UNCHANGED));
    }

    private static @Nullable Object cross(String name, Object value) {
        TaskMethod method = method(name);
        method.check();
        byte[] bytes = method.codec().encodeResult(value).bytes();
        return method(name).codec().decodeResult(bytes, 0, null);
    }

    @Test
    void pagesAndWhatAsksForThemCross() {
        PageRequest request =
                PageRequest.of(2, 10, Sort.by(Sort.Order.desc("name").ignoreCase(), Sort.Order.asc("id")));

        assertThat(cross("pageRequest", request)).isEqualTo(request);
        assertThat(cross("pageable", request)).isEqualTo(request);
        assertThat(cross("pageable", Pageable.unpaged())).isEqualTo(Pageable.unpaged());
        assertThat(cross("page", new PageImpl<>(List.of("a", "b"), request, 99)))
                .isEqualTo(new PageImpl<>(List.of("a", "b"), request, 99));
        assertThat(cross("page", new PageImpl<>(List.of()))).isEqualTo(new PageImpl<>(List.of()));
    }

    @Test
    void responsesAndTheirHeadersCross() {
        ResponseEntity<List<String>> response = ResponseEntity.status(HttpStatus.CREATED)
                .contentType(MediaType.TEXT_PLAIN)
                .header("X-Many", "a", "b")
                .body(List.of("x"));
        HttpHeaders headers = new HttpHeaders();
        headers.setETag("\"7\"");

        assertThat(cross("response", response)).isInstanceOfSatisfying(ResponseEntity.class, came -> {
            assertThat(came).isEqualTo(response);
            assertThat(came.getHeaders().getFirst("x-many")).isEqualTo("a");
        });
        assertThat(cross("response", ResponseEntity.notFound().build()))
                .isEqualTo(ResponseEntity.notFound().build());
        assertThat(cross("response", ResponseEntity.status(799).build()))
                .isEqualTo(ResponseEntity.status(799).build());
        assertThat(cross("headers", headers))
                .isInstanceOfSatisfying(
                        HttpHeaders.class, came -> assertThat(came.getETag()).isEqualTo("\"7\""));
        assertThat(cross("headers", HttpHeaders.readOnlyHttpHeaders(headers)))
                .isInstanceOfSatisfying(HttpHeaders.class, came -> {
                    assertThat(came.getFirst("etag")).isEqualTo("\"7\"");
                    assertThatThrownBy(() -> came.add("a", "b")).isInstanceOf(UnsupportedOperationException.class);
                });
        assertThat(cross("status", HttpStatus.OK)).isSameAs(HttpStatus.OK);
        assertThat(cross("status", HttpStatusCode.valueOf(799))).isEqualTo(HttpStatusCode.valueOf(799));
    }

    @Test
    void rowsOfATableFindTheirColumnsInAnyCase() {
        Map<String, Object> row = new LinkedCaseInsensitiveMap<>();
        row.put("NAME", "n");
        row.put("ID", 7L);

        assertThat(cross("rows", new Rows(new ArrayList<>(List.of(row)))))
                .isInstanceOfSatisfying(
                        Rows.class,
                        came -> assertThat(came.rows()).singleElement().satisfies(one -> {
                            assertThat(one)
                                    .isExactlyInstanceOf(LinkedCaseInsensitiveMap.class)
                                    .isEqualTo(row);
                            assertThat(one.get("name")).isEqualTo("n");
                            assertThat(one.get("Id")).isEqualTo(7L);
                        }));
        Rows unmodifiable = new Rows(List.of(Collections.unmodifiableMap(row)));
        assertThat(cross("rows", unmodifiable))
                .isInstanceOfSatisfying(
                        Rows.class,
                        came -> assertThat(came.rows()).singleElement().satisfies(one -> {
                            assertThat(one).hasSameClassAs(unmodifiable.rows().get(0));
                            assertThat(one.get("name")).isEqualTo("n");
                        }));
        Rows hidden = new Rows(List.of(Collections.synchronizedMap(row)));
        assertThatThrownBy(() -> cross("rows", hidden)).hasMessageContaining("pays no regard to case");

        LinkedCaseInsensitiveMap<String> names = new LinkedCaseInsensitiveMap<>();
        names.put("A", "b");
        assertThat(cross("names", names))
                .isInstanceOfSatisfying(
                        LinkedCaseInsensitiveMap.class,
                        came -> assertThat(came.get("a")).isEqualTo("b"));
    }

    @Test
    void typesOfMediaAndUsersCross() {
        MediaType type = MediaType.parseMediaType("text/plain;charset=utf-8;q=0.5");
        assertThat(cross("mediaType", type)).isInstanceOfSatisfying(MediaType.class, came -> {
            assertThat(came).isEqualTo(type).hasToString(type.toString());
            assertThat(came.getParameter("CHARSET")).isEqualTo("utf-8");
        });
        User user = (User) User.withUsername("u").password("p").roles("B", "A").build();
        assertThat(cross("user", user)).isInstanceOfSatisfying(User.class, came -> {
            assertThat(came).isEqualTo(user);
            assertThat(came.getPassword()).isEqualTo("p");
            assertThat(came.getAuthorities()).containsExactlyElementsOf(user.getAuthorities());
        });
    }

    @Test
    void multiValueMapsCross() {
        MultiValueMap<String, String> map = new LinkedMultiValueMap<>();
        map.add("a", "1");
        map.add("a", "2");

        assertThat(cross("multi", map)).isEqualTo(map).isExactlyInstanceOf(LinkedMultiValueMap.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upload | MultipartFile | uploaded | getBytes()",
                "resource | Resource | handle | getContentAsByteArray()",
                "request | HttpServletRequest | request | parameters",
                "flux | Flux<String> | as they come | Pass a List",
                "anyPage | Page<String> | abstract | Declare the class"
            })
    void whatCannotCrossSaysWhatItIsAndWhatToPassInstead(String name, String type, String what, String instead) {
        assertThatThrownBy(() -> method(name).check())
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll("(" + type + ") cannot cross", what, instead);
    }

    @BeforeAll
    static void connect() {
        sessions = new Configuration()
                .addAnnotatedClass(Shelf.class)
                .addAnnotatedClass(Book.class)
                .setProperty("hibernate.connection.url", "jdbc:h2:mem:values;DB_CLOSE_DELAY=-1")
                .setProperty("hibernate.hbm2ddl.auto", "create-drop")
                .buildSessionFactory();
        sessions.inTransaction(session -> {
            Shelf shelf = new Shelf();
            shelf.id = 1;
            session.persist(shelf);
            for (int i = 0; i < 3; i++) {
                Book book = new Book();
                book.id = i;
                book.shelf = shelf;
                session.persist(book);
            }
        });
    }

    @AfterAll
    static void close() {
        if (sessions != null) {
            sessions.close();
        }
    }

    private static Book book(boolean initialised) {
        return sessions().fromSession(session -> {
            Book book = session.find(Book.class, 1L);
            if (initialised) {
                Hibernate.initialize(book.shelf);
            }
            return book;
        });
    }

    private static SessionFactory sessions() {
        if (sessions == null) {
            throw new IllegalStateException("not connected");
        }
        return sessions;
    }

    @Test
    void aProxyThatIsNotInitialisedIsAnErrorThatSaysSo() {
        assertThatThrownBy(() -> cross("book", book(false)))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll("Book.shelf", "not been initialised", "Fetch it before the call");
    }

    @Test
    void aCollectionThatIsNotInitialisedIsAnErrorThatSaysSo() {
        Book book = book(true);
        assertThatThrownBy(() -> cross("book", book))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll("Book.shelf.books", "not been initialised");
    }

    @Test
    void initialisedEntitiesArriveAsThemselvesInBothDirections() {
        Shelf shelf = sessions().fromSession(session -> {
            Shelf found = session.find(Shelf.class, 1L);
            Hibernate.initialize(found.books);
            return found;
        });
        Book book = sessions().fromSession(session -> {
            Book found = session.find(Book.class, 1L);
            Hibernate.initialize(found.shelf);
            Shelf real = (Shelf) Hibernate.unproxy((Object) found.shelf);
            real.books = new ArrayList<>();
            session.clear();
            return found;
        });

        assertThat(cross("shelf", shelf)).isInstanceOfSatisfying(Shelf.class, came -> {
            assertThat(came.books).isExactlyInstanceOf(ArrayList.class).hasSize(3);
            assertThat(came.books).allSatisfy(each -> assertThat(each.shelf).isSameAs(came));
        });
        assertThat(cross("book", book))
                .isInstanceOfSatisfying(
                        Book.class,
                        came -> assertThat(came.shelf)
                                .isExactlyInstanceOf(Shelf.class)
                                .extracting(each -> each.id)
                                .isEqualTo(1L));
    }
}
