#pragma once
#include "tags.hpp"

#include <wescrm/operation/binding.hpp>

#include <boost/describe/class.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

// Operations on records that have tags: the inputs and answers of the plain ones, and their tags.
namespace wescrm::sales {

/// A record, and the names of its tags as far as the reader sees them.
template <class Record>
struct WithTags : Record {
    std::vector<std::string> tags;
    BOOST_DESCRIBE_CLASS(WithTags, (Record), (tags), (), ())
};

template <class Input>
struct CreateTagged : Input {
    std::vector<std::string> tags;
    BOOST_DESCRIBE_CLASS(CreateTagged, (Input), (tags), (), ())
};

template <class Input>
struct ChangeTagged : Input {
    std::optional<std::vector<std::string>> tags;  ///< exactly these, as far as he sees tags
    BOOST_DESCRIBE_CLASS(ChangeTagged, (Input), (tags), (), ())
};

template <class Input>
struct ListTagged : Input {
    std::vector<std::string> tags;          ///< names …
    std::optional<std::string> tags_match;  ///< … of which a record has any (default) or all
    BOOST_DESCRIBE_CLASS(ListTagged, (Input), (tags, tags_match), (), ())
};

template <class Input>
std::vector<operation::FieldRule> rules_with_tags() {
    auto rules = std::vector<operation::FieldRule>{};
    if constexpr (requires(Input const* input) { field_rules(input); })
        rules = field_rules(static_cast<Input const*>(nullptr));
    rules.push_back(rule_of_tags());
    return rules;
}
template <class Input>
std::vector<operation::FieldRule> field_rules(CreateTagged<Input> const*) {
    return rules_with_tags<Input>();
}
template <class Input>
std::vector<operation::FieldRule> field_rules(ChangeTagged<Input> const*) {
    return rules_with_tags<Input>();
}
template <class Input>
std::vector<operation::FieldRule> field_rules(ListTagged<Input> const*) {
    return rules_with_tags<Input>();
}

/// What is answered of a record: itself if it has tags already.
template <class Record>
using Tagged = std::conditional_t < requires(Record record) {
    record.tags;
}
, Record, WithTags < Record >> ;

template <TaggedObject object, class Record>
Tagged<Record> with_tags(operation::Context& ctx, Record record) {
    auto const id = record.id.value();
    auto shown = Tagged<Record>{};
    static_cast<Record&>(shown) = std::move(record);
    shown.tags = tags_of(ctx, {object, id});
    return shown;
}

template <TaggedObject object, auto create, class Input, class Record>
auto create_tagged(TagLimits const& limits) {
    return [limits](operation::Context& ctx, CreateTagged<Input> const& input) -> Result<Tagged<Record>> {
        Result<Record> made = create(ctx, input);
        if (!made) return made.error();
        if (auto const put = put_tags(ctx, {object, made->id.value()}, input.tags, limits); !put) return put.error();
        return with_tags<object>(ctx, std::move(*made));
    };
}

template <TaggedObject object, auto change, class Input, class Record>
auto change_tagged(TagLimits const& limits) {
    return [limits](operation::Context& ctx, ChangeTagged<Input> const& input) -> Result<Tagged<Record>> {
        Result<Record> changed = change(ctx, input);
        if (!changed) return changed.error();
        if (auto const put = put_tags(ctx, {object, changed->id.value()}, input.tags, limits); !put) return put.error();
        return with_tags<object>(ctx, std::move(*changed));
    };
}

template <TaggedObject object, auto show, class Input, class Record>
Result<Tagged<Record>> show_tagged(operation::Context& ctx, Input const& input) {
    Result<Record> shown = show(ctx, input);
    if (!shown) return shown.error();
    return with_tags<object>(ctx, std::move(*shown));
}

}  // namespace wescrm::sales
