#include "unit/http/run.hpp"

#include <wescrm/http/router.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace wescrm::http::tests {
namespace {

Handler says(std::string word) {
    return [word = std::move(word)](Request& request) -> asio::awaitable<Response> {
        auto text = word;
        for (auto const& [name, value] : request.path_parameters) text += " " + name + "=" + value;
        co_return Response::text(200, text);
    };
}

struct GivenARouter : ::testing::Test {
    GivenARouter() {
        router.add(Method::get, "/", says("root"));
        router.add(Method::get, "/customers", says("list"));
        router.add(Method::post, "/customers", says("create"));
        router.add(Method::get, "/customers/{id}", says("one"));
        router.add(Method::get, "/customers/export", says("export"));
        router.add(Method::post, "/customers/{id}/claim", says("claim"));
        router.add(Method::get, "/customers/{customer}/contacts/{contact}", says("contact"));
        router.add(Method::get, "/static/{file...}", says("file"));
        router.add(Method::get, "/static/fixed", says("fixed"));
    }
    Response ask(Method method, std::string path) {
        auto request = Request{};
        request.method = method;
        request.path = std::move(path);
        return run(router.handle(request));
    }
    Router router;
};

TEST_F(GivenARouter, WhenThePathIsKnownThenItsHandlerAnswers) {
    struct Case {
        char const* path;
        char const* answer;
    };
    for (auto const& [path, answer] : {Case{"/", "root"}, Case{"/customers", "list"}, Case{"/customers/7", "one id=7"},
                                       Case{"/customers/export", "export"}, Case{"/customers/a b", "one id=a b"},
                                       Case{"/customers/7/contacts/8", "contact contact=8 customer=7"},
                                       Case{"/customers/export/contacts/8", "contact contact=8 customer=export"},
                                       Case{"/static/css/a.css", "file file=css/a.css"}, Case{"/static/fixed", "fixed"},
                                       Case{"/static/fixed/x", "file file=fixed/x"}, Case{"/static/", "file file="}}) {
        EXPECT_EQ(ask(Method::get, path).body, answer) << path;
    }
}

TEST_F(GivenARouter, WhenThePathIsUnknownThen404) {
    for (auto const* path : {"/x", "/customers/", "/customers/7/", "/customers/7/claim/x", "/static", "//", ""}) {
        EXPECT_EQ(ask(Method::get, path).status, 404) << path;
    }
}

TEST_F(GivenARouter, WhenTheMethodIsAnotherThen405SaysWhichAreAllowed) {
    auto const refused = ask(Method::delete_, "/customers");
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.headers.find("allow"), "GET, HEAD, POST");
    EXPECT_EQ(ask(Method::get, "/customers/7/claim").headers.find("Allow"), "POST");
    EXPECT_EQ(ask(Method::post, "/customers/export").status, 405) << "the literal path wins, whatever the method";
}

TEST_F(GivenARouter, WhenTheHeadIsAskedThenGetAnswers) { EXPECT_EQ(ask(Method::head, "/customers").body, "list"); }

TEST_F(GivenARouter, WhenARouteIsAddedTwiceOrWrongThenItThrows) {
    EXPECT_THROW(router.add(Method::get, "/customers/{other}", says("x")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "customers", says("x")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/a/{rest...}/b", says("x")), std::logic_error);
}

}  // namespace
}  // namespace wescrm::http::tests
