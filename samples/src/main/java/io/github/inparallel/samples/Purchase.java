package io.github.inparallel.samples;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** What somebody bought. */
@Entity
public class Purchase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String item = "";

    protected Purchase() {}

    Purchase(String item) {
        this.item = item;
    }

    public @Nullable Long getId() {
        return id;
    }

    public String getItem() {
        return item;
    }

    void setItem(String item) {
        this.item = item;
    }
}
