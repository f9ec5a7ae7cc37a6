/* expect: compiler: it compiles, but main\(\) is the grader's */
#include "../../../labs/03-pipe/solution.c"

int main(void)
{
    return 0;
}
