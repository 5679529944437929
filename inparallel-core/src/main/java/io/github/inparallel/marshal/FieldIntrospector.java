package io.github.inparallel.marshal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.util.NameTransformer;

/**
 * Annotations that were made for web clients do not count: every field crosses. Those do that say how an object is made or
 * written. What fields and the parameters of creators hold is written by our own codecs.
 */
final class FieldIntrospector extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1;

    private final transient Codecs codecs;

    FieldIntrospector(Codecs codecs) {
        this.codecs = codecs;
    }

    @Override
    public @Nullable Object findSerializer(MapperConfig<?> config, Annotated member) {
        Object named = super.findSerializer(config, member);
        if (named != null && member instanceof AnnotatedField && super.findDeserializer(config, member) == null) {
            named = null; // for clients of the web only
        }
        return named == null && member instanceof AnnotatedField && !member.hasAnnotation(JsonValue.class)
                ? new JacksonCodec.Writing(new Lazy(codecs, member.getType()))
                : named;
    }

    @Override
    public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated member) {
        Object named = super.findDeserializer(config, member);
        if (named != null && member instanceof AnnotatedField && super.findSerializer(config, member) == null) {
            named = null; // likewise
        }
        boolean isOurs = named == null
                && (member instanceof AnnotatedField
                        || member instanceof AnnotatedParameter parameter && isProperty(parameter));
        return isOurs ? reading(config, member) : named;
    }

    private JacksonCodec.Reading reading(MapperConfig<?> config, Annotated member) {
        PropertyName explicit = super.findNameForDeserialization(config, member);
        String implicit = member instanceof AnnotatedMember known ? findImplicitPropertyName(config, known) : null;
        String name = explicit != null && explicit.hasSimpleName()
                ? explicit.getSimpleName()
                : implicit != null ? implicit : member.getName();
        return new JacksonCodec.Reading(
                new Lazy(codecs, member.getType()), name == null ? "" : name, member.getRawType());
    }

    /** Not the whole object in another form. */
    private static boolean isProperty(AnnotatedParameter parameter) {
        JsonCreator creator = parameter.getOwner().getAnnotation(JsonCreator.class);
        return parameter.hasAnnotation(JsonProperty.class)
                || parameter.getOwner().getParameterCount() > 1
                || creator != null && creator.mode() == JsonCreator.Mode.PROPERTIES;
    }

    @Override
    public @Nullable PropertyName findNameForSerialization(MapperConfig<?> config, Annotated member) {
        PropertyName named = super.findNameForSerialization(config, member);
        return named == null ? transientName(member) : named;
    }

    @Override
    public @Nullable PropertyName findNameForDeserialization(MapperConfig<?> config, Annotated member) {
        PropertyName named = super.findNameForDeserialization(config, member);
        return named == null ? transientName(member) : named;
    }

    /** A transient field crosses too, but where only a creator could make what it holds. */
    private static @Nullable PropertyName transientName(Annotated member) {
        return member instanceof AnnotatedField field
                        && Modifier.isTransient(field.getAnnotated().getModifiers())
                        && Refusal.of(field.getRawType()) == null
                ? PropertyName.construct(field.getName())
                : null;
    }

    @Override
    public boolean hasIgnoreMarker(MapperConfig<?> config, AnnotatedMember member) {
        return false;
    }

    @Override
    public @Nullable Boolean isIgnorableType(MapperConfig<?> config, AnnotatedClass type) {
        return null;
    }

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated member) {
        return JsonIgnoreProperties.Value.empty();
    }

    @Override
    public JsonIncludeProperties.Value findPropertyInclusionByName(MapperConfig<?> config, Annotated member) {
        return JsonIncludeProperties.Value.all();
    }

    @Override
    public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated member) {
        return JsonInclude.Value.empty();
    }

    @Override
    public JsonProperty.@Nullable Access findPropertyAccess(MapperConfig<?> config, Annotated member) {
        return null;
    }

    @Override
    public JsonFormat.@Nullable Value findFormat(MapperConfig<?> config, Annotated member) {
        return null;
    }

    @Override
    public Class<?> @Nullable [] findViews(MapperConfig<?> config, Annotated member) {
        return null;
    }

    @Override
    public @Nullable NameTransformer findUnwrappingNameTransformer(MapperConfig<?> config, AnnotatedMember member) {
        return null;
    }

    @Override
    public @Nullable ReferenceProperty findReferenceType(MapperConfig<?> config, AnnotatedMember member) {
        return null; // objects are written with their identities where that is needed
    }

    @Override
    public @Nullable ObjectIdInfo findObjectIdInfo(MapperConfig<?> config, Annotated type) {
        return null;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated type) {
        return null; // the name of the class crosses
    }

    @Override
    public @Nullable Object findTypeResolverBuilder(MapperConfig<?> config, Annotated type) {
        return null;
    }

    @Override
    public @Nullable Object findFilterId(MapperConfig<?> config, Annotated type) {
        return null;
    }

    @Override
    public @Nullable Boolean hasAnyGetter(MapperConfig<?> config, Annotated member) {
        return null;
    }

    @Override
    public @Nullable Boolean hasAnySetter(MapperConfig<?> config, Annotated member) {
        return null;
    }
}
