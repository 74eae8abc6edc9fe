#pragma once
#include <wescrm/sales/followup.hpp>

namespace wescrm::sales {

using CommentId = StrongId<struct CommentIdTag, std::int64_t>;

struct Mention {
    UserId user_id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Mention, (), (user_id, name))

/// What somebody said about a follow-up; never changed.
struct Comment {
    CommentId id;
    FollowupId followup_id;
    std::optional<CommentId> parent_id;  ///< the one that it answers
    std::string content;
    UserId author_user_id;
    std::string author_name;
    std::vector<Mention> mentions;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Comment, (),
                      (id, followup_id, parent_id, content, author_user_id, author_name, mentions, created_at))

struct WriteComment {
    FollowupId id;  ///< of the follow-up
    std::string content;
    std::optional<CommentId> parent_id;
    std::vector<UserId> mention_user_ids;  ///< each gets a card
};
BOOST_DESCRIBE_STRUCT(WriteComment, (), (id, content, parent_id, mention_user_ids))

struct CommentsOf {
    FollowupId id;
};
BOOST_DESCRIBE_STRUCT(CommentsOf, (), (id))

struct Comments {
    std::vector<Comment> items;  ///< oldest first
};
BOOST_DESCRIBE_STRUCT(Comments, (), (items))

std::vector<operation::FieldRule> field_rules(WriteComment const*);

/// By everybody who sees the follow-up. invalid_input names mention_user_ids[n] for somebody who does not see it, or
/// parent_id. The mentioned, and the author of the follow-up, are told.
Result<Comment> write_comment(operation::Context& ctx, WriteComment const& input);
Result<Comments> list_comments(operation::Context& ctx, CommentsOf const& input);

}  // namespace wescrm::sales
