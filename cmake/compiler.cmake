# Compiler cache, linker, warnings and sanitizers for every target.
find_program(CCACHE ccache)
if(CCACHE)
  # With precompiled headers ccache must be told that their macros and time do not matter. It knows what a file includes
  # from the compiler's own list, so that nothing is preprocessed twice.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1 ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-fstack-protector-strong)
add_compile_definitions(_GLIBCXX_ASSERTIONS)

# A header that is not listed here never sees Asio or Beast compiled twice: both are compiled once, in src/http.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

add_library(wescrm_warnings INTERFACE)
add_library(wescrm::warnings ALIAS wescrm_warnings)
target_compile_options(wescrm_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)

if(WESCRM_SANITIZE STREQUAL "address")
  # vptr does not link against SOCI, which hides its type information; null, alignment and object-size triple the
  # compile time of coroutine code; function cannot be represented for coroutines; pointer-overflow: RapidJSON adds to a
  # null pointer in internal/stack.h, harmless.
  set(SANITIZERS -fsanitize=address,undefined -fno-sanitize=vptr,null,alignment,object-size,function,pointer-overflow
      -fno-sanitize-recover=undefined)
  add_compile_options(${SANITIZERS} -fno-omit-frame-pointer)
  add_link_options(${SANITIZERS})
elseif(WESCRM_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()
if(WESCRM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# wescrm_precompile(TARGET HEADER…): what nearly every file of the target includes is parsed once for it. It stands for no
# #include: -DWESCRM_PRECOMPILE=OFF builds without.
option(WESCRM_PRECOMPILE "parse each module's common headers once" ON)
set(STANDARD_HEADERS <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view> <utility>
    <variant> <vector>)
function(wescrm_precompile target)
  if(NOT WESCRM_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${STANDARD_HEADERS} ${ARGN})
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

# wescrm_precompile_as(TARGET OTHER): what was parsed for OTHER serves TARGET too. Both have the same options and definitions.
function(wescrm_precompile_as target other)
  if(NOT WESCRM_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${other})
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

# wescrm_together(TARGET): eight of its files are compiled as one, which takes two thirds of the time: headers,
# templates and code that they share are worked through once. Names of one file are then seen by its neighbours, so they
# differ within a target; a new file stands last in its list, so that the others keep their neighbours. Whoever works on
# a file builds with -DWESCRM_UNITY=OFF, so that only that file is compiled again.
option(WESCRM_UNITY "compile several files of a target as one" ON)
function(wescrm_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${WESCRM_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()
