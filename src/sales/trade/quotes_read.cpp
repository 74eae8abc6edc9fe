#include "fields/store.hpp"
#include "quotes.hpp"

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct QuoteRow : Quote {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(QuoteRow, (Quote), (sort_key))

std::string const& quote_columns() {
    static auto const all =
        "d.id, d.no, d.revision, d.replaces_id, d.name, d.customer_id, c.name, d.contact_id, p.name, d.opportunity_id, "
        "o.user_id, o.name, d.quoted_on, d.valid_until, d.terms, d.remark, d.discount_bp::float8 / 100, d.currency, "
        "d.amount_fen, "
        "d.status, d.status_reason, "
        "d.order_id, " +
        std::string{shown_order_no} + ", s.contract_id, x.no, " + pending_approval(quote_kind) + ", d.in_force_at, " +
        shown_custom("quote", "d") + ", d.version, d.created_at, d.updated_at, k.user_id";
    return all;
}
std::string const quote_joins =
    " from quote d join customer c on c.tenant_id = d.tenant_id and c.id = d.customer_id join employee o on "
    "o.tenant_id = "
    "d.tenant_id and o.id = d.owner_id left join contact p on p.tenant_id = d.tenant_id and p.id = d.contact_id left "
    "join "
    "sales_order s on s.tenant_id = d.tenant_id and s.id = d.order_id left join contract x on x.tenant_id = "
    "s.tenant_id and x.id = s.contract_id left join employee k on k.tenant_id = "
    "d.tenant_id "
    "and k.id = d.created_by";

}  // namespace

QuoteDetail quote_detail(operation::Context& ctx, QuoteId id) {
    auto detail = QuoteDetail{};
    static_cast<Quote&>(detail) =
        ctx.sql()
            .record<Quote>("select " + quote_columns() + quote_joins + " where d.tenant_id = :tenant and d.id = :id",
                           {bind("tenant", ctx.tenant()), bind("id", id)})
            .value();
    detail.lines = shown_lines(stored_lines(ctx, quote_lines, id.value()), detail.discount_percent, detail.currency);
    return detail;
}

Result<QuoteDetail> show_quote(operation::Context& ctx, OneQuote const& input) {
    if (!ctx.scope().allows("quote", operation::Power::read, input.id.value())) return no_document(quote_kind);
    return quote_detail(ctx, input.id);
}

Result<QuotePage> list_quotes(operation::Context& ctx, ListQuotes const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"},
                                                 {"amount_fen", "d.amount_fen", "bigint"},
                                                 {"no", "d.no", "text"}},
                                                "-created_at", "d.id");
    if (!paging) return paging.error();
    auto const dated =
        date_column(input.date_field,
                    {{"created_at", "d.created_at"}, {"quoted_on", "d.quoted_on"}, {"valid_until", "d.valid_until"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    add_common(ctx, filter, quote_kind,
               {input.q,
                input.owner,
                input.department,
                input.customer_id,
                words_of(input.status),
                input.from,
                input.to,
                *dated,
                *dated != "d.created_at",
                {"d.no", "d.name"}});
    filter.where_given(input.opportunity_id, "d.opportunity_id = :opportunity", "opportunity");
    if (auto const good = add_custom_filters(ctx, filter, "quote", "d.id", input.custom); !good) return good.error();
    return document_page<QuotePage, QuoteRow>(ctx, quote_kind, filter, *paging, quote_columns(), quote_joins,
                                              input.customer_id);
}

}  // namespace wescrm::sales
