#include <wescrm/wecom/client.hpp>

#include <gtest/gtest.h>

#include <map>

// https://developer.work.weixin.qq.com/document/path/90313
namespace wescrm::wecom {
namespace {

TEST(ErrorClasses, WhenGivenADocumentedCodeThenItsClassIsKnown) {
    auto const expected = std::map<ErrorClass, std::vector<int>>{
        {ErrorClass::none, {0}},
        {ErrorClass::busy, {-1, 6000, 301057, 999999}},
        {ErrorClass::token, {40001, 40014, 42001, 42009}},
        {ErrorClass::rate, {45009, 45036}},
        {ErrorClass::concurrency, {45033, 45035}},
        {ErrorClass::configuration, {40013, 40056, 40091, 43012, 45024, 45031, 48001, 48002, 48004,  48006,  48009,
                                     48010, 48011, 50001, 50003, 50006, 60011, 60020, 60031, 301002, 301007, 301042}},
        {ErrorClass::recipient, {40003, 43004, 46004, 50002, 60021, 60111, 81013, 82001, 84061, 92000}},
        {ErrorClass::payload, {40007, 40008, 40031, 40032, 40033, 40035, 40058, 40063, 41001, 41033, 42014,
                               42035, 42051, 44004, 45002, 45008, 47001, 60140, 81012, 82002, 82003, 82004}},
    };
    for (auto const& [klass, codes] : expected)
        for (auto code : codes) EXPECT_EQ(name_of(classify(code)), name_of(klass)) << code;
}

TEST(ErrorClasses, WhenAnAdministratorMustActThenTheTextSaysWhat) {
    EXPECT_NE(explain(60020).find("企业可信IP"), std::string::npos);
    for (auto code : {40013, 40056, 48002, 60011, 60020, 301002, 12345})
        EXPECT_NE(explain(code).find(std::to_string(code)), std::string::npos);
}

}  // namespace
}  // namespace wescrm::wecom
